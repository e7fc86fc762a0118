using Gateway.Policies.ResponseCaching.Fetching;
using Gateway.Policies.ResponseCaching.Purging;
using Gateway.Policies.ResponseCaching.Storage;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>What the caches of all routes share.</summary>
internal sealed record CacheParts
{
    public required TieredCache Cache { get; init; }

    public required FetchTable Table { get; init; }

    public required UncacheableMarks Marks { get; init; }

    public required MissCounts Misses { get; init; }

    public required FetchServices Fetching { get; init; }

    public required QueryForms Queries { get; init; }

    public required CachePurge Purge { get; init; }

    public required CacheMetrics Metrics { get; init; }
}
