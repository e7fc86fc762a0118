using Gateway.Policies.RateLimiting;
using Gateway.Policies.Sessions;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.Routing;

/// <summary>
/// What the policies of one request tell each other and the access log. One object per request, reached with <see cref="Of"/>.
/// </summary>
public sealed class GatewayRequest
{
    private WaitBudget? _redisWait;

    /// <summary>Set by the session policy once the session is valid.</summary>
    public RequestSession? Session { get; set; }

    /// <summary>The request's way through its route's limits; null: it has met none.</summary>
    internal RequestLimits? Limits { get; set; }

    /// <summary>A session look-up that began before its turn.</summary>
    internal PendingSession? PendingSession { get; set; }

    /// <summary>How long this request may still wait on Redis; shared by all its calls.</summary>
    public WaitBudget RedisWait => _redisWait ?? Interlocked.CompareExchange(ref _redisWait, new WaitBudget(), null) ?? _redisWait;

    /// <summary>For the access log: <c>queued</c>, or why the request was shed: <c>full</c>, <c>displaced</c>, <c>timeout</c>. Null: admitted at once.</summary>
    public string? AdmissionOutcome { get; set; }

    /// <summary>For the access log: <c>admitted</c>, <c>rejected</c>, <c>open</c> … Null: no limit was evaluated.</summary>
    public string? RateLimitOutcome { get; set; }

    /// <summary>For the access log: the policy that rejected, or the most constrained one.</summary>
    public string? RateLimitPolicy { get; set; }

    /// <summary>For the access log: <c>valid</c>, <c>missing</c>, <c>expired</c> … Null: the route has no session policy.</summary>
    public string? SessionOutcome { get; set; }

    /// <summary>For the access log: <c>hit</c>, <c>stale</c>, <c>miss</c>, <c>bypass</c> … Null: the route has no cache.</summary>
    public string? CacheOutcome { get; set; }

    /// <summary>For the access log: why the cache did what it did, for example <c>no-store</c>.</summary>
    public string? CacheReason { get; set; }

    /// <summary>For the access log: how long the destination took, up to its response's last byte. Null: nothing was forwarded.</summary>
    public TimeSpan? ForwardDuration { get; set; }

    /// <summary>The request's own object; made at the first call.</summary>
    public static GatewayRequest Of(HttpContext context)
    {
        // By type, not by Get<T>: a virtual generic method is looked up at each call, and this one is called a dozen times a request.
        if (context.Features[typeof(GatewayRequest)] is GatewayRequest known)
        {
            return known;
        }

        return Begin(context);
    }

    /// <summary>Makes the object of a request that surely has none yet: spares the search for it through all features of its connection.</summary>
    public static GatewayRequest Begin(HttpContext context)
    {
        var request = new GatewayRequest();
        context.Features[typeof(GatewayRequest)] = request;
        return request;
    }
}
