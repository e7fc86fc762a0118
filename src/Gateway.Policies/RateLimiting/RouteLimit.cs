using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Gateway.Policies.RateLimiting.Boosts;
using Gateway.Policies.RateLimiting.Charging;
using Gateway.Policies.Rejections;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.RateLimiting;

/// <summary>One limit of a route with what a response says of it, written once when the configuration loads.</summary>
internal sealed class RouteLimit
{
    private readonly RoutePolicies _route;
    private readonly PermitRequest _ask;
    private readonly AccessList? _exempt;
    private readonly FrozenDictionary<string, RouteLimit>? _plans;

    public RouteLimit(RateLimitPolicy policy, RoutePolicies route)
        : this(policy, route, policy.Limit)
    {
        Stage = LimitStages.Of(policy, route);
        _exempt = AccessList.Compile(route.Allow.Concat(policy.Allow));
        _plans = policy.Plans?.Limits.ToFrozenDictionary(plan => plan.Key, plan => With(plan.Value), StringComparer.OrdinalIgnoreCase);
    }

    private RouteLimit(RateLimitPolicy policy, RoutePolicies route, long permits)
    {
        _route = route;
        Policy = policy;
        Permits = permits;
        _ask = policy.Ask(UInt128.Zero, permits, 1);
        Text = _ask.Capacity.ToString(CultureInfo.InvariantCulture);
        QuotedName = Quoted(policy.Name);
        long? seconds = policy.Algorithm is RateLimitAlgorithm.Concurrency ? null : (policy.Window.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond;
        PolicyItem = route.RateLimitFields.Draft?.PolicyItem(QuotedName, _ask.Capacity, seconds) ?? "";
        RouteTag = new("route", route.RouteId);
        PolicyTag = new("policy", policy.Name);
    }

    public RateLimitPolicy Policy { get; }

    public LimitStage Stage { get; private init; }

    /// <summary>The limit: the policy's, or a plan's.</summary>
    public long Permits { get; }

    /// <summary>For <c>X-RateLimit-Limit</c>: the most permits there can be.</summary>
    public string Text { get; }

    /// <summary>The name as a structured field's string (RFC 9651 §3.3.3).</summary>
    public string QuotedName { get; }

    /// <summary>For <c>RateLimit-Policy</c>; empty when it is not sent.</summary>
    public string PolicyItem { get; }

    public KeyValuePair<string, object?> RouteTag { get; }

    public KeyValuePair<string, object?> PolicyTag { get; }

    /// <summary>What a request is answered that this limit alone denied.</summary>
    public WrittenProblem Rejection => field ??= RateLimitRejections.Of([Policy]);

    /// <summary>What <see cref="RateLimitMetrics"/> counted last.</summary>
    public CountedDecisions? Counted { get; set; }

    /// <summary>This limit as it is for one request: itself, or its plan's. Null: the request is exempt.</summary>
    public RouteLimit? Of(HttpContext context)
    {
        if (_exempt is not null && _exempt.Contains(context, _route.TrustedProxies))
        {
            return null;
        }

        return _plans is not null && PlanOf(context) is { } plan && _plans.TryGetValue(plan, out RouteLimit? planned) ? planned : this;
    }

    /// <summary>What to ask the store for a request of this partition.</summary>
    public PermitRequest Ask(HttpContext context, UInt128 partition) =>
        _ask with { Partition = partition, Cost = CostOf(context) };

    /// <summary>The plan that a request names, listed or not; null when it names none that counts.</summary>
    public string? PlanOf(HttpContext context)
    {
        PartitionPart? from = Policy.Plans?.From;
        return from is null ? null
            : from.Source is PartitionSource.Header ? Trusted(from.Name!, context)
            : GatewayRequest.Of(context).Session?.Field(from.Name!);
    }

    /// <summary>Permits that a request takes.</summary>
    public int CostOf(HttpContext context)
    {
        RequestCost cost = Policy.Cost;
        return cost.IsFixed ? cost.Default : cost.Of(context.Request.Method, cost.Header is null ? null : Trusted(cost.Header, context));
    }

    /// <summary>This limit, raised by a boost; a boost never lowers it.</summary>
    public RouteLimit Boosted(Boost? boost) => boost is { Limit: var limit } && limit > Permits ? With(limit) : this;

    /// <summary>The same limit with another number of permits.</summary>
    public RouteLimit With(long permits) => permits == Permits ? this : new RouteLimit(Policy, _route, permits) { Stage = Stage };

    /// <summary>A header's value where a trusted proxy sends it: anybody else could write what he likes.</summary>
    private string? Trusted(string header, HttpContext context) =>
        ClientAddress.IsTrusted(ClientAddress.Peer(context), _route.TrustedProxies) ? context.Request.Headers[header].ToString() : null;

    /// <summary>A structured field's string holds printable ASCII only; anything else is percent-encoded.</summary>
    private static string Quoted(string name)
    {
        var text = new StringBuilder("\"");
        foreach (byte letter in Encoding.UTF8.GetBytes(name))
        {
            _ = letter switch
            {
                (byte)'"' or (byte)'\\' => text.Append('\\').Append((char)letter),
                < 0x20 or > 0x7E => text.Append(CultureInfo.InvariantCulture, $"%{letter:X2}"),
                _ => text.Append((char)letter),
            };
        }

        return text.Append('"').ToString();
    }
}
