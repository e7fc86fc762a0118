using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.RateLimiting;

/// <summary>One request's way through its route's limits: what was asked, what was answered, and when.</summary>
internal sealed class RequestLimits
{
    private readonly PermitRequest[] _requests;
    private readonly PermitDecision[] _decisions;
    private readonly TimeProvider _time;
    private long _decidedAt;

    private RequestLimits(RouteLimits limits, TimeProvider time)
    {
        Limits = limits;
        _requests = new PermitRequest[limits.Count];
        _decisions = new PermitDecision[limits.Count];
        _time = time;
    }

    public RouteLimits Limits { get; }

    /// <summary>How many limits, in their order, have been evaluated.</summary>
    public int Evaluated { get; private set; }

    /// <summary>For the access log: the outcome of the latest decision (<see cref="RateLimitOutcomes"/>).</summary>
    public string? Outcome { get; set; }

    public ReadOnlySpan<PermitDecision> Decisions => _decisions.AsSpan(0, Evaluated);

    /// <summary>The request's own object, which writes the response's fields when the response begins; made by the first stage.</summary>
    public static RequestLimits Of(HttpContext context, RouteLimits limits, TimeProvider time)
    {
        if (context.Features.Get<RequestLimits>() is { } known && known.Limits == limits)
        {
            return known;
        }

        var request = new RequestLimits(limits, time);
        context.Features.Set(request);
        context.Response.OnStarting(static state => WriteHeaders((HttpContext)state), context);
        return request;
    }

    public Memory<PermitRequest> Requests(Range stage) => _requests.AsMemory(stage);

    public Memory<PermitDecision> DecisionsOf(Range stage) => _decisions.AsMemory(stage);

    /// <summary>Says whose permits the limits of a stage are asked for.</summary>
    public void Address(Range stage, HttpContext context, PartitionSecret secret)
    {
        for (int i = stage.Start.Value; i < stage.End.Value; i++)
        {
            RateLimitPolicy policy = Limits[i].Policy;
            UInt128 partition = PartitionKey.Of(policy, Limits.Route, context, secret);
            _requests[i] = new PermitRequest(policy.Name, partition, policy.Limit, policy.Window);
        }
    }

    /// <summary>The decisions of a stage are there.</summary>
    public void Decided(Range stage)
    {
        Evaluated = stage.End.Value;
        _decidedAt = _time.GetTimestamp();
    }

    /// <summary>The limit with the fewest permits left of those evaluated; of equal ones, and when nothing is known, the smallest.</summary>
    public int MostConstrained()
    {
        int found = 0;
        for (int i = 1; i < Evaluated; i++)
        {
            found = (Rank(i), Limits[i].Policy.Limit).CompareTo((Rank(found), Limits[found].Policy.Limit)) < 0 ? i : found;
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

    /// <summary>The policies that denied.</summary>
    public List<string> Violated()
    {
        var violated = new List<string>(1);
        for (int i = 0; i < Evaluated; i++)
        {
            if (_decisions[i].Outcome is PermitOutcome.Denied)
            {
                violated.Add(Limits[i].Policy.Name);
            }
        }

        return violated;
    }

    private long Rank(int index) => _decisions[index].IsKnown ? _decisions[index].Remaining : long.MaxValue;

    private static Task WriteHeaders(HttpContext context)
    {
        if (context.Features.Get<RequestLimits>() is { Evaluated: > 0 } request)
        {
            RateLimitHeaders.Write(context.Response.Headers, request, request._time.GetUtcNow(), request._time.GetElapsedTime(request._decidedAt));
        }

        return Task.CompletedTask;
    }
}
