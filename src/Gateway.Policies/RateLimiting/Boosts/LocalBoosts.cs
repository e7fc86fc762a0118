namespace Gateway.Policies.RateLimiting.Boosts;

/// <summary>Without Redis a boost is this gateway's own.</summary>
internal sealed class LocalBoosts(BoostTable table) : IBoosts
{
    public ValueTask<bool> SetAsync(UInt128 partition, long limit, TimeSpan left) => ValueTask.FromResult(table.Set(partition, limit, left));
}
