using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;

namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>What a fetch is for, and how its response is to be judged.</summary>
internal sealed record FetchPlan
{
    /// <summary>Fetches with the same key are one.</summary>
    public required string Key { get; init; }

    /// <summary>True: nobody else may join.</summary>
    public bool IsPrivate { get; init; }

    public required VariantLookup Lookup { get; init; }

    public required string Route { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required FreshnessRules Rules { get; init; }

    /// <summary>Largest body that is recorded, in bytes.</summary>
    public required long MaxObject { get; init; }

    /// <summary>False: not asked for often enough yet; the response goes to who waits, and is not stored.</summary>
    public bool Admitted { get; init; } = true;

    /// <summary>Bytes from which on the body is compressed in the shared store; 0: never.</summary>
    public long CompressFrom { get; init; }

    /// <summary>The request's directives.</summary>
    public required CacheControl Control { get; init; }

    /// <summary>True: the request carries credentials that an entry would be shared across.</summary>
    public required bool Credentials { get; init; }

    /// <summary>The entry to validate, and to fall back on; null: nothing is stored.</summary>
    public CacheEntry? Stale { get; init; }

    /// <summary>Other variants of the URI, one of which a 304 may name as the answer (RFC 9111 §4.1); each has an entity tag of its own.</summary>
    public IReadOnlyList<CacheEntry> Candidates { get; init; } = [];

    /// <summary>A stored part that this fetch is to complete, see <see cref="PartCompletion.IsPossible"/>; null: none.</summary>
    public CacheEntry? Part { get; init; }

    /// <summary>True: the client's own conditions and range go to the destination, since the answer is for this client alone.</summary>
    public bool KeepConditions { get; init; }

    /// <summary>How long to wait for another gateway's fetch of the same.</summary>
    public TimeSpan FetchWait { get; init; }

    /// <summary>What the request that began it may still wait for Redis.</summary>
    public WaitBudget RedisWait { get; init; } = new();

    /// <summary><see cref="TieredCache.Generation"/> when it began.</summary>
    public int Generation { get; init; }

    /// <summary>The purges known when it began.</summary>
    public required long Stamp { get; init; }
}
