namespace Gateway.Policies.ResponseCaching.Purging;

/// <summary>What a purge names.</summary>
public enum PurgeKind
{
    /// <summary>One URL with all its variants.</summary>
    Url,

    /// <summary>All entries with a tag.</summary>
    Tag,

    /// <summary>All entries whose URL, or whose path, begins so.</summary>
    Prefix,

    /// <summary>All entries of a route.</summary>
    Route,

    /// <summary>Everything.</summary>
    All,
}
