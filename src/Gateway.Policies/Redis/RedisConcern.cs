namespace Gateway.Policies.Redis;

/// <summary>What a connection is for. Each has its own, so that a large cache value never stands in line before a limit.</summary>
public enum RedisConcern
{
    RateLimits,
    Sessions,
    Cache,
    Events,

    /// <summary>Locks; over several independent Redis where the configuration names them, else over that of <see cref="Events"/>.</summary>
    Locks,
}
