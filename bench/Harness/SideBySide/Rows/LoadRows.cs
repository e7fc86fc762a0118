using Harness.Measuring;
using Harness.Servers;

namespace Harness.SideBySide.Rows;

/// <summary>The rows that compare requests per second under one load.</summary>
internal static class LoadRows
{
    private const int Spread = 10_000;
    private const int Sessions = 1_000;

    /// <summary>A client of many comes a few times in a second: so long it takes until what the gateway knows of their pace has settled.</summary>
    private const int Settling = 5;

    /// <summary>Meanwhile the others rest for many seconds: so long they are asked again before they are measured.</summary>
    private const int Brief = 1;

    private const string SameFields = "bare Kestrel, the same fields";

    /// <summary>Of the gateway's 429.</summary>
    private const int RejectionBytes = 177;

    /// <summary>Seconds of warm-up where a request takes little code.</summary>
    private const int LittleCode = 8;

    /// <summary>The same requests for all who are set beside each other: they take the generator's time, too.</summary>
    private static readonly Load OneClient = new("/nostore", Keys: 1, Sessions: 1, Hot: 100);

    /// <inheritdoc cref="OneClient"/>
    private static readonly Load ManyClients = new("/nostore", Spread, Sessions);

    /// <summary>What the gateway writes with every response, as it was once.</summary>
    private static readonly string[] LimitFields =
    [
        "X-RateLimit-Limit: 100000", "X-RateLimit-Remaining: 99997", "X-RateLimit-Reset: 1795294206", "RateLimit-Policy: \"all\";q=100000;w=1",
        "RateLimit: \"all\";r=99997;t=1",
    ];

    private static readonly string[] HitFields = [.. LimitFields, "Age: 12", "Cache-Control: max-age=3600", "Cache-Status: gateway; hit; ttl=3599"];
    private static readonly string[] RejectionFields = [.. LimitFields, "Cache-Control: no-store", "Retry-After: 3600"];
    private static readonly bool Haproxy = Tools.Find("haproxy") is not null;
    private static readonly bool Varnish = Tools.Find("varnishd") is not null;

    public static LoadRow Forward { get; } = Row(
        "P1",
        "forward only",
        [
            new("bare YARP", static site => site.BareYarpAsync(), new Load("/plain")),
            new("gateway", static site => site.GatewayAsync(RoutesText.With(site.DestinationUrl, null)), new Load("/plain")),
            new("nginx", static site => site.NginxAsync(), new Load("/plain")),
            new("HAProxy", static site => site.HaproxyAsync(), new Load("/plain"), Haproxy),
            new("Varnish pass", static site => site.VarnishAsync(), new Load("/plain"), Varnish),
        ],
        new Goal("gateway", "bare YARP", 0.97, P99AtMost: 1.1));

    // Much code: its methods are compiled for good after twenty seconds of load, those that only some of many clients' requests meet after thirty.
    public static LoadRow Policies { get; } = Row(
        "P2",
        "forward, exact limit in Redis, session, cacheable miss not stored",
        [
            new("bare YARP", static site => site.BareYarpAsync(), OneClient) { LeadIn = Brief },
            new("bare YARP, spread", static site => site.BareYarpAsync(), ManyClients) { LeadIn = Brief },
            new("gateway, hot partition", PoliciesAsync, OneClient) { LeadIn = Brief, WarmUp = 20 },
            new("gateway, spread", ClientsAsync, ManyClients) { LeadIn = Settling, WarmUp = 30 },
            new("nginx", static site => site.NginxAsync(), OneClient) { LeadIn = Brief },
            new("nginx + Lua + Redis, hot partition", LuaAsync, OneClient, Tools.HasNginxLua) { LeadIn = Brief },
            new("nginx + Lua + Redis, spread", LuaClientsAsync, ManyClients, Tools.HasNginxLua) { LeadIn = Brief },
        ],
        new Goal("gateway, hot partition", "bare YARP", 0.90),
        new Goal("gateway, spread", "bare YARP, spread", 0.75));

    public static LoadRow HitFromMemory { get; } = Row(
        "P3",
        "cache hit from memory, with limit and session",
        [
            new("bare Kestrel", static site => site.BareKestrelAsync(200, Site.BodyBytes), new Load("/cached")) { WarmUp = LittleCode },
            new(SameFields, static site => site.BareKestrelAsync(200, Site.BodyBytes, HitFields), new Load("/cached", Keys: 1, Sessions: 1)) { WarmUp = LittleCode },
            new("gateway", HitAsync, new Load("/cached", Keys: 1, Sessions: 1)),
            new("nginx proxy_cache", static site => site.NginxAsync(), new Load("/cached", Keys: 1, Sessions: 1)),
            new("Varnish", static site => site.VarnishAsync(), new Load("/cached"), Varnish),
            new("HAProxy cache", static site => site.HaproxyAsync(), new Load("/cached"), Haproxy),
        ],
        new Goal("gateway", SameFields, 0.90),
        new Goal("gateway", "nginx proxy_cache", 1));

    public static LoadRow Rejected { get; } = Row(
        "P5",
        "rejected: 429 on a hot key",
        [
            new("bare Kestrel 429", static site => site.BareKestrelAsync(429, RejectionBytes), new Load("/limited", Keys: 1, Status: 429)) { WarmUp = LittleCode },
            new(SameFields, static site => site.BareKestrelAsync(429, RejectionBytes, RejectionFields), new Load("/limited", Keys: 1, Status: 429)) { WarmUp = LittleCode },
            new("gateway", RejectAsync, new Load("/limited", Keys: 1, Status: 429)),
            new("nginx limit_req", static site => site.NginxAsync(), new Load("/limited", Keys: 1, Status: 429)),
            new("nginx + Lua + Redis", LuaAsync, new Load("/limited", Keys: 1, Status: 429), Tools.HasNginxLua),
            new("HAProxy stick-table", static site => site.HaproxyAsync(), new Load("/limited", Keys: 1, Status: 429), Haproxy),
        ],
        new Goal("gateway", SameFields, 0.90));

    private static LoadRow Row(string id, string title, IReadOnlyList<Contender> contenders, params Goal[] goals) => new(id, title, contenders, goals);

    public static Task<Server> PoliciesAsync(Site site) => WithSessionsAsync(site, Sessions, RoutesText.AmplePolicy);

    private static Task<Server> ClientsAsync(Site site) => WithSessionsAsync(site, Sessions, RoutesText.ClientPolicy);

    private static Task<Server> HitAsync(Site site) => WithSessionsAsync(site, 1, RoutesText.AmplePolicy);

    private static async Task<Server> WithSessionsAsync(Site site, int sessions, string limit)
    {
        await Seeding.SessionsAsync(site.RedisPort, sessions);
        return await site.GatewayAsync(RoutesText.With(
            site.DestinationUrl,
            site.RedisPort,
            ("RateLimit", limit),
            ("Session", """{ "Token": [ "Bearer" ], "Key": "session:{token}", "Sliding": "30m", "Forward": { "X-User-Id": "user_id" } }"""),
            ("Cache", """{ "Shared": true }""")));
    }

    private static Task<Server> RejectAsync(Site site) =>
        site.GatewayAsync(RoutesText.With(site.DestinationUrl, site.RedisPort, ("RateLimit", RoutesText.TightPolicy)));

    private static Task<Server> LuaAsync(Site site) => site.NginxLuaAsync(RoutesText.AmpleLimit, RoutesText.AmpleWindow);

    private static Task<Server> LuaClientsAsync(Site site) => site.NginxLuaAsync(RoutesText.ClientLimit, RoutesText.ClientWindow);
}
