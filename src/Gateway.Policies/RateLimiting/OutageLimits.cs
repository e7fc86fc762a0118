using System.Diagnostics;
using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting;

/// <summary>Decides for limits whose store is away, each by its own <see cref="RateLimitPolicy.WhenRedisFails"/>.</summary>
internal sealed class OutageLimits(ILocalPermitStore local, ILiveGateways gateways)
{
    /// <summary>Notes what Redis granted for the limits that this process would have to count itself.</summary>
    public void Record(RequestLimits request, Range stage)
    {
        for (int i = stage.Start.Value; i < stage.End.Value; i++)
        {
            if (request.At(i).Policy.WhenRedisFails is RateLimitOutage.Local)
            {
                local.Record(request.Requests(i..(i + 1)).Span);
            }
        }
    }

    /// <summary>Answers all limits of a stage: unknown, or counted here with this gateway's share of the limit, all or nothing.</summary>
    public LimitVerdict Decide(RequestLimits request, Range stage)
    {
        Memory<PermitRequest> requests = request.Requests(stage);
        Span<PermitDecision> decisions = request.DecisionsOf(stage).Span;
        decisions.Fill(PermitDecision.Unknown);
        int[] counted = Where(request, stage, RateLimitOutage.Local);
        if (Where(request, stage, RateLimitOutage.Closed).Length > 0)
        {
            return LimitVerdict.Unavailable;
        }

        PermitRequest[] shares = Array.ConvertAll(counted, index => Share(requests.Span[index]));
        var answers = new PermitDecision[shares.Length];
        ValueTask<bool> acquired = local.AcquireAsync(shares, answers, new WaitBudget());
        Debug.Assert(acquired.IsCompletedSuccessfully, "A local store answers synchronously.");
        for (int i = 0; i < counted.Length; i++)
        {
            decisions[counted[i]] = answers[i];
        }

        return acquired.Result ? LimitVerdict.Admitted : LimitVerdict.Rejected;
    }

    /// <summary>Hands back what this process counted of one limit, by itself or beside Redis.</summary>
    public void GiveBack(RequestLimits request, int index)
    {
        if (request.At(index).Policy.WhenRedisFails is RateLimitOutage.Local)
        {
            PermitDecision granted = request.IsLocal(index) ? request.Decisions[index] : request.Decisions[index] with { Receipt = 0 };
            ValueTask refund = local.RefundAsync(request.Requests(index..(index + 1)), new[] { granted }, 1, new WaitBudget());
            Debug.Assert(refund.IsCompletedSuccessfully, "A local store answers synchronously.");
        }
    }

    /// <summary>Hands back a permit in use that this process granted by itself.</summary>
    public void Release(in PermitRequest request, in PermitDecision granted)
    {
        ValueTask refund = local.RefundAsync(new[] { request }, new[] { granted }, 1, new WaitBudget());
        Debug.Assert(refund.IsCompletedSuccessfully, "A local store answers synchronously.");
    }

    /// <summary>
    /// ⌈limit ÷ gateways⌉: together they admit no more than the limit and one permit per gateway. A request that fits into the limit
    /// fits into the share: else a costly one would be refused until Redis is back.
    /// </summary>
    private PermitRequest Share(in PermitRequest request)
    {
        long least = Math.Min(request.Cost, request.Limit);
        return request with
        {
            Limit = Math.Max(least, (request.Limit + gateways.Count - 1) / gateways.Count),
            Coarse = request.InSubWindows,
            Burst = Math.Max(Math.Min(request.Cost, request.Burst), (request.Burst + gateways.Count - 1) / gateways.Count),
        };
    }

    private static int[] Where(RequestLimits request, Range stage, RateLimitOutage outage)
    {
        (int start, int length) = stage.GetOffsetAndLength(request.Limits.All.Length);
        return [.. Enumerable.Range(0, length).Where(i => request.At(start + i).Policy.WhenRedisFails == outage)];
    }
}
