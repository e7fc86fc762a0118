using System.Net;
using Gateway.Policies.Configuration;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.InMemory;
using Gateway.Policies.RateLimiting.Fields;
using Gateway.Policies.Redis;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;

namespace Gateway.Configuration;

/// <summary>The <c>Gateway</c> section of the routes file.</summary>
public sealed record GatewayOptions
{
    public RedisOptions Redis { get; init; } = new();

    /// <summary>Networks (CIDR) whose <c>X-Forwarded-For</c> is believed. Default: none, the socket's peer is the client.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Clients answered 403 on every route: networks, or values of request headers. Wins over <see cref="Allow"/>. Default: none.</summary>
    public IReadOnlyList<AccessEntry> Deny { get; init; } = [];

    /// <summary>Clients that no limit counts or rejects. Default: none.</summary>
    public IReadOnlyList<AccessEntry> Allow { get; init; } = [];

    /// <summary>Which of the IETF's rate limit fields responses carry beside <c>X-RateLimit-*</c>. Default: <c>draft-10</c>.</summary>
    public RateLimitFields RateLimitFields { get; init; } = RateLimitFields.Draft10;

    /// <summary>Bounds of the memory for limits that are counted in this process: without Redis, and while it is away.</summary>
    public InMemoryPermitOptions RateLimitMemory { get; init; } = new();

    /// <summary>Memory of this process for stored responses: bodies, fields, keys and tags. Range: 1 MB to 1 TB. Default: 256 MB.</summary>
    public ByteSize CacheMemory { get; init; } = ByteSize.Megabytes(256);

    /// <summary>Named limits; each is one limit, shared by every route that names it.</summary>
    public IReadOnlyDictionary<string, RateLimitPolicy> RateLimits { get; init; } = new Dictionary<string, RateLimitPolicy>();

    /// <summary>Named cache policies.</summary>
    public IReadOnlyDictionary<string, CachePolicy> Caches { get; init; } = new Dictionary<string, CachePolicy>();

    /// <summary>Named session policies.</summary>
    public IReadOnlyDictionary<string, SessionPolicy> Sessions { get; init; } = new Dictionary<string, SessionPolicy>();

    /// <summary>What routes use that say nothing themselves.</summary>
    public DefaultPolicies Defaults { get; init; } = new();

    /// <summary>Named CORS policies for YARP's <c>CorsPolicy</c>.</summary>
    public IReadOnlyDictionary<string, CorsOptions> Cors { get; init; } = new Dictionary<string, CorsOptions>();

    /// <summary>Largest request body, 413 beyond. Default: 100 MB.</summary>
    public ByteSize MaxRequestBody { get; init; } = ByteSize.Megabytes(100);

    /// <summary>URLs that are fetched into the cache at start and on a schedule.</summary>
    public WarmupOptions Warmup { get; init; } = new();

    /// <summary>Requests in work at a time, over all routes; more wait or are shed with 503. Range: 1 to 1,000,000. Null: no limit.</summary>
    public int? MaxConcurrentRequests { get; init; }

    /// <summary>Requests that wait while <see cref="MaxConcurrentRequests"/> are in work. Range: 0 to 100,000. Default: 100.</summary>
    public int MaxQueuedRequests { get; init; } = 100;

    /// <summary>How long one waits at most. Range: 10 ms to 1 m. Default: 1 s.</summary>
    public TimeSpan QueueTimeout { get; init; } = TimeSpan.FromSeconds(1);

    public AdminOptions Admin { get; init; } = new();

    /// <summary>How long requests in flight may go on after SIGTERM. Default: 30 s.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A loopback URL, for example <c>http://127.0.0.1:8082</c>, on which the built-in demo API listens. Null: no demo API.</summary>
    public string? DemoApi { get; init; }

    /// <summary>Shows no setting, for some are secret.</summary>
    public override string ToString() => nameof(GatewayOptions);
}
