namespace Harness.Scaling;

/// <summary>What the model says of a deployment.</summary>
/// <param name="LimitCalls">Questions for permits, for each request.</param>
/// <param name="SessionReads">For each request.</param>
/// <param name="RedisMicroseconds">Of all shards together, for each request.</param>
/// <param name="BusiestShard">Of a second, the part for which the busiest shard's thread is busy; beyond 1 it cannot be.</param>
/// <param name="HotShardCalls">Questions a second that come to the shard with the hot partition.</param>
/// <param name="OtherShardCalls">Questions a second that come to each other.</param>
internal sealed record Forecast(double LimitCalls, double SessionReads, double RedisMicroseconds, double BusiestShard, double HotShardCalls, double OtherShardCalls);
