using Gateway.Policies.Rejections;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.RateLimiting;

/// <summary>One request's way through its route's limits: what was asked, what was answered, and when.</summary>
internal sealed class RequestLimits
{
    private readonly PermitRequest[] _requests;
    private readonly PermitDecision[] _decisions;

    /// <summary>The route's own array until this request meets one of them differently, which few do.</summary>
    private RouteLimit[] _limits;
    private int _addressed;
    private int _localStages;
    private long _decidedAt;

    private RequestLimits(RouteLimits limits)
    {
        Limits = limits;
        _limits = limits.All;
        _requests = _limits.Length == 0 ? [] : new PermitRequest[_limits.Length];
        _decisions = _limits.Length == 0 ? [] : new PermitDecision[_limits.Length];
    }

    public RouteLimits Limits { get; }

    /// <summary>How many limits have been evaluated. Limits that the request is exempt from are not among them.</summary>
    public int Evaluated { get; private set; }

    /// <summary>How many of them have granted and given: the permits of the first so many are taken.</summary>
    public int Taken { get; private set; }

    public ReadOnlySpan<PermitDecision> Decisions => _decisions.AsSpan(0, Evaluated);

    /// <summary>The request's own object, which writes the response's fields when the response begins; made by the first stage.</summary>
    public static RequestLimits Of(GatewayRequest shared, HttpContext context, RouteLimits limits)
    {
        if (shared.Limits is { } known && known.Limits == limits)
        {
            return known;
        }

        var request = new RequestLimits(limits);
        shared.Limits = request;
        context.Response.OnStarting(static state => ConcludeAsync((HttpContext)state), context);
        return request;
    }

    /// <summary>The limit that was asked at this place, as it is for this request.</summary>
    public RouteLimit At(int index) => _limits[index];

    /// <summary>Whose permits were asked for at this place.</summary>
    public UInt128 PartitionOf(int index) => _requests[index].Partition;

    public Memory<PermitRequest> Requests(Range asked) => _requests.AsMemory(asked);

    public Memory<PermitDecision> DecisionsOf(Range asked) => _decisions.AsMemory(asked);

    /// <summary>Finds which limits of a stage are to be asked, and for whose permits.</summary>
    public Range Address(LimitStage stage, HttpContext context, PartitionSecret secret)
    {
        int first = _addressed;
        foreach (RouteLimit limit in Limits.Of(stage))
        {
            if (limit.Of(context) is { } chosen)
            {
                UInt128 partition = PartitionKey.Of(chosen.Policy, Limits.Route, context, secret);
                RouteLimit boosted = chosen.Boosted(Limits.Limiter.Boosts.Find(partition));
                Put(_addressed, boosted);
                _requests[_addressed++] = boosted.Ask(context, partition);
            }
        }

        return first.._addressed;
    }

    /// <summary>The decisions of what was asked are there.</summary>
    /// <param name="asked">What was asked.</param>
    /// <param name="admitted">True: the permits are taken.</param>
    /// <param name="locally">True: this process decided while Redis is away.</param>
    public void Decided(Range asked, bool admitted, bool locally)
    {
        Evaluated = asked.End.Value;
        Taken = admitted ? Evaluated : Taken;
        _localStages |= locally && Evaluated > 0 ? 1 << (int)At(Evaluated - 1).Stage : 0;
        _decidedAt = Limits.Limiter.Time.GetTimestamp();
    }

    /// <summary>The policy field's items of the limits that were evaluated.</summary>
    public string PolicyItems() => _limits == Limits.All ? Limits.PolicyItems(Evaluated) : RouteLimits.Join(_limits.AsSpan(0, Evaluated));

    /// <summary>
    /// The limit with the fewest permits left of those evaluated; of equal ones, and when nothing is known, the smallest. Null: none.
    /// </summary>
    /// <param name="shown">Only limits that responses tell of.</param>
    public int? MostConstrained(bool shown)
    {
        int? found = null;
        for (int i = 0; i < Evaluated; i++)
        {
            if ((!shown || At(i).Policy.Headers) && (found is not { } best || (Rank(i), At(i).Permits).CompareTo((Rank(best), At(best).Permits)) < 0))
            {
                found = i;
            }
        }

        return found;
    }

    /// <summary>
    /// When a lone caller's retry passes every limit that was evaluated: those that deny, and those whose last permit this request
    /// took before a later limit refused it. <see cref="PermitDecision.Never"/> for a request that costs more than a limit.
    /// </summary>
    public TimeSpan RetryAfter()
    {
        TimeSpan wait = TimeSpan.Zero;
        foreach (ref readonly PermitDecision decision in Decisions)
        {
            TimeSpan own = decision.Outcome is PermitOutcome.Denied ? decision.RetryAfter
                : decision.Outcome is PermitOutcome.Admitted && decision.Remaining == 0 ? decision.ResetAfter
                : TimeSpan.Zero;
            wait = own > wait ? own : wait;
        }

        return wait;
    }

    /// <summary>What a request is answered that one limit at least denied.</summary>
    public WrittenProblem Rejection()
    {
        RouteLimit? only = null;
        for (int i = 0; i < Evaluated; i++)
        {
            if (_decisions[i].Outcome is PermitOutcome.Denied)
            {
                if (only is not null)
                {
                    return RateLimitRejections.Of(Violated());
                }

                only = At(i);
            }
        }

        return only!.Rejection;
    }

    /// <summary>True when this process decided this one while Redis is away.</summary>
    public bool IsLocal(int index) => (_localStages & (1 << (int)At(index).Stage)) != 0;

    /// <summary>The permits of this one were handed back: what is left grows by them.</summary>
    public void GaveBack(int index)
    {
        ref PermitDecision decision = ref _decisions[index];
        long remaining = Math.Min(_requests[index].Capacity, decision.Remaining + _requests[index].Cost);
        decision = decision with { Remaining = remaining, ResetAfter = remaining == _requests[index].Capacity ? TimeSpan.Zero : decision.ResetAfter };
    }

    /// <summary>True when a limit other than <paramref name="own"/> denied.</summary>
    public bool IsDeniedByOther(RateLimitPolicy own)
    {
        for (int i = 0; i < Evaluated; i++)
        {
            if (_decisions[i].Outcome is PermitOutcome.Denied && At(i).Policy != own)
            {
                return true;
            }
        }

        return false;
    }

    private List<RateLimitPolicy> Violated()
    {
        var violated = new List<RateLimitPolicy>();
        for (int i = 0; i < Evaluated; i++)
        {
            if (_decisions[i].Outcome is PermitOutcome.Denied)
            {
                violated.Add(At(i).Policy);
            }
        }

        return violated;
    }

    private void Put(int index, RouteLimit limit)
    {
        if (_limits[index] != limit)
        {
            _limits = _limits == Limits.All ? [.. _limits] : _limits;
            _limits[index] = limit;
        }
    }

    private long Rank(int index) => _decisions[index].IsKnown ? _decisions[index].Remaining : long.MaxValue;

    /// <summary>The response begins: its status is known.</summary>
    private static Task ConcludeAsync(HttpContext context)
    {
        if (GatewayRequest.Of(context).Limits is not { } request)
        {
            return Task.CompletedTask;
        }

        if (request.Limits.GivesBack)
        {
            return request.GiveBackAsync(context);
        }

        request.WriteHeaders(context);
        return Task.CompletedTask;
    }

    private async Task GiveBackAsync(HttpContext context)
    {
        await Limits.Limiter.Refunds.GiveBackAsync(this, context);
        WriteHeaders(context);
    }

    private void WriteHeaders(HttpContext context)
    {
        if (Evaluated > 0)
        {
            TimeProvider time = Limits.Limiter.Time;
            RateLimitHeaders.Write(context.Response.Headers, this, time.GetUtcNow(), time.GetElapsedTime(_decidedAt));
        }
    }
}
