namespace Harness.Scaling;

/// <summary>What a load did to Redis and to the gateways.</summary>
/// <param name="Rate">Requests per second, all gateways together.</param>
/// <param name="Questions">For permits, for each request; on one primary several travel in a script call.</param>
/// <param name="Shards">What each primary did.</param>
/// <param name="GatewayMicroseconds">Processor time of the gateways, for each request.</param>
internal sealed record RedisUse(double Rate, double Questions, IReadOnlyList<ShardUse> Shards, double GatewayMicroseconds)
{
    /// <summary>Script calls for each request.</summary>
    public double Calls => Shards.Sum(static shard => shard.Calls);

    /// <summary>Reads of sessions for each request.</summary>
    public double Reads => Shards.Sum(static shard => shard.Reads);

    /// <summary>Of the primaries' threads for commands, for each request, beside what they take idle.</summary>
    public double Microseconds => Shards.Sum(static shard => shard.Microseconds);
}
