namespace Gateway.Policies.ResponseCaching.Purging;

/// <summary>What purges left of an entry.</summary>
internal enum PurgeValidity
{
    Valid,

    /// <summary>Purged softly: stale.</summary>
    Stale,

    /// <summary>Purged: not there.</summary>
    Void,
}
