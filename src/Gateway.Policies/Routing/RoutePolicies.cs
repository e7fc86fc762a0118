using System.Net;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.Fields;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Sessions;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Gateway.Policies.Routing;

/// <summary>The policies of one route, compiled from one configuration snapshot. Carried on the route's endpoint, so a request keeps the one it began with.</summary>
public sealed record RoutePolicies
{
    public required string RouteId { get; init; }

    /// <summary>Evaluated all-or-nothing in two steps: those that need no session before it, the others after. Empty: no limits.</summary>
    public IReadOnlyList<RateLimitPolicy> RateLimits { get; init; } = [];

    /// <summary>Clients answered 403 before anything else, the gateway's and the route's own together. Wins over <see cref="Allow"/>.</summary>
    public IReadOnlyList<AccessEntry> Deny { get; init; } = [];

    /// <summary>Clients that no limit of the route counts or rejects, the gateway's and the route's own together.</summary>
    public IReadOnlyList<AccessEntry> Allow { get; init; } = [];

    /// <summary>The IETF's rate limit fields that responses carry. Default: those of draft 10.</summary>
    public RateLimitFields RateLimitFields { get; init; } = RateLimitFields.Draft10;

    /// <summary>Networks whose <c>X-Forwarded-For</c> is believed; see <see cref="ClientAddress"/>. Default: none.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Null: the route demands no session.</summary>
    public SessionPolicy? Session { get; init; }

    /// <summary>A login route. Null: none.</summary>
    public SessionIssuing? SessionIssue { get; init; }

    /// <summary>A logout route, and the policy whose session ends. Null: none.</summary>
    public SessionPolicy? SessionEnd { get; init; }

    /// <summary>Fields that a valid session must have with one of these values, beside what its policy requires; 403 else.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Require { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Null: responses are neither stored nor served from the cache.</summary>
    public CachePolicy? Cache { get; init; }

    /// <summary>
    /// Tags that a successful request with an unsafe method purges, before its client sees the response; placeholders as in a cache
    /// policy's <c>Tags</c>. With or without a cache of its own. Redis away: here at once, at the other gateways once it is back.
    /// </summary>
    public IReadOnlyList<string> InvalidatesTags { get; init; } = [];

    /// <summary>The CORS policy the route names. Null: no CORS.</summary>
    public CorsPolicy? Cors { get; init; }

    /// <summary>True: the route's requests take slots of <c>Gateway:MaxConcurrentRequests</c>.</summary>
    public bool IsAdmissionLimited { get; init; }

    /// <summary>Which requests are shed first when the gateway is full: those of the lowest. Range: -1000 to 1000. Default: 0.</summary>
    public int Priority { get; init; }

    /// <summary>
    /// True: <c>%2F</c> in a path goes on as it came, unless the path is ambiguous also where <c>%2F</c> is read as <c>/</c> (a dot segment, another
    /// code of a delimiter). The route and its policies are chosen by the path as it came. Default false: it goes on as <c>%252F</c>, which
    /// a destination that decodes once does not read as <c>/</c>.
    /// </summary>
    public bool PassEncodedSlashes { get; init; }

    /// <summary>Largest request body in bytes, 413 beyond. Null: the gateway's own <c>MaxRequestBody</c>.</summary>
    public long? MaxRequestBody { get; init; }
}
