namespace Harness.Scaling;

/// <summary>Gateways, their Redis, and what comes to them.</summary>
internal sealed record Deployment
{
    /// <summary>Requests per second, all gateways together.</summary>
    public required double Rate { get; init; }

    public int Gateways { get; init; } = 1;

    /// <summary>Primaries of a Cluster; 1: one primary.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>Part of the requests that belong to one partition.</summary>
    public double HotShare { get; init; }

    /// <summary>Permits per window of the hot partition, all admitted.</summary>
    public double Limit { get; init; } = 1_000_000;

    /// <summary>How many partitions share the other requests; 0: so many that each is asked less than once in a few seconds.</summary>
    public int OtherPartitions { get; init; }

    /// <summary>Permits per window of each other partition.</summary>
    public double OtherLimit { get; init; } = 1_000;

    /// <summary>Seconds.</summary>
    public double Window { get; init; } = 10;

    /// <summary>Whether requests are limited at all.</summary>
    public bool Limited { get; init; } = true;

    /// <summary>Sessions in use; 0: none are asked for.</summary>
    public double Sessions { get; init; }

    /// <summary>Seconds for which a gateway remembers a session.</summary>
    public double Remember { get; init; } = 5;

    /// <summary>Part of the requests that are answered by the cache in Redis, memory having nothing.</summary>
    public double FromRedis { get; init; }
}
