namespace Gateway.Policies.Sessions;

/// <summary>What a store found at a session's key.</summary>
public enum SessionReadKind
{
    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>A value.</summary>
    Found,

    /// <summary>A key of another type than a session record has.</summary>
    WrongType,
}
