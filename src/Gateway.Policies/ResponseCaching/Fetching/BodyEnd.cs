namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>How a body that arrives has ended.</summary>
internal enum BodyEnd
{
    /// <summary>Not yet.</summary>
    None,

    /// <summary>All of it has come.</summary>
    Complete,

    /// <summary>It broke off; what has come is not the whole.</summary>
    Broken,
}
