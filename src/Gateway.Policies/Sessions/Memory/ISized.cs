namespace Gateway.Policies.Sessions.Memory;

/// <summary>Something that takes memory worth counting.</summary>
internal interface ISized
{
    /// <summary>Bytes, roughly.</summary>
    int Size { get; }
}
