using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Policies.RateLimiting.Shadowing;

/// <summary>
/// Asks limits that only report. The request does not wait for them: it is gone when they answer. One is asked unless another limit
/// has rejected the request, for such a request it would never have seen.
/// </summary>
internal sealed partial class ShadowLimits(IPermitStore store, PartitionSecret secret, RateLimitMetrics metrics, ILogger logger)
{
    /// <summary>Reads whose permits they are, and sends the question on its way.</summary>
    public void Ask(ReadOnlySpan<ShadowLimit> shadows, RequestLimits request, HttpContext context)
    {
        foreach (ShadowLimit shadow in shadows)
        {
            if (!request.IsDeniedByOther(shadow.Limit.Policy) && shadow.Limit.Of(context) is { } chosen && store.IsAvailable)
            {
                UInt128 partition = PartitionKey.Of(chosen.Policy, request.Limits.Route, context, secret);
                PermitRequest permits = shadow.Ask(chosen.Ask(context, partition));
                Task<PermitDecision> answer = AskAsync(shadow, permits);
                if (chosen.Policy.CanGiveBack)
                {
                    Permits(context).Add(chosen.Policy, permits, answer);
                }
            }
        }
    }

    private ShadowPermits Permits(HttpContext context)
    {
        ShadowPermits permits = context.Features.Get<ShadowPermits>() ?? new ShadowPermits(store);
        context.Features.Set(permits);
        return permits;
    }

    private async Task<PermitDecision> AskAsync(ShadowLimit shadow, PermitRequest request)
    {
        try
        {
            var decisions = new PermitDecision[1];
            bool admitted = await store.AcquireAsync(new[] { request }, decisions, new WaitBudget());
            metrics.Shadowed(shadow.Limit, admitted ? RateLimitOutcomes.Admitted : RateLimitOutcomes.Rejected);
            if (!admitted)
            {
                LogWouldReject(shadow.Limit.Policy.Name, request.Limit);
            }

            return decisions[0];
        }
        catch (StoreUnavailableException)
        {
            // A shadow has no say in an outage; the live limits tell of it.
            return PermitDecision.Unknown;
        }
    }

    [LoggerMessage(202, LogLevel.Debug, "Limit {Policy} in the shadow would have rejected a request at {Limit} permits")]
    private partial void LogWouldReject(string policy, long limit);
}
