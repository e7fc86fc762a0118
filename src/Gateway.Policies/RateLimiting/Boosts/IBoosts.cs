using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.Boosts;

/// <summary>Makes boosts known to every gateway.</summary>
internal interface IBoosts
{
    /// <summary>Raises a partition's limit for a while; one that is already raised is raised anew.</summary>
    /// <param name="partition">The partition's hash.</param>
    /// <param name="limit">Permits per window.</param>
    /// <param name="left">For how long; zero ends it.</param>
    /// <returns>False: there are <see cref="Boost.Most"/> already.</returns>
    /// <exception cref="StoreUnavailableException">Redis is away: the boost may or may not be in force.</exception>
    ValueTask<bool> SetAsync(UInt128 partition, long limit, TimeSpan left);
}
