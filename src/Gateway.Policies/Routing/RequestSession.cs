namespace Gateway.Policies.Routing;

/// <summary>The validated session of a request, for the policies after it. Holds no token.</summary>
public abstract class RequestSession
{
    /// <summary>Stands for the session in partitions and cache keys: a keyed 128-bit hash of the token, never the token.</summary>
    public abstract UInt128 Id { get; }

    /// <summary>The user the session belongs to; null when the record names none.</summary>
    public abstract string? User { get; }

    /// <summary>A field of the session record as text; null when it is missing.</summary>
    public abstract string? Field(string name);
}
