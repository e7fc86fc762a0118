using Gateway.Policies.RateLimiting.Shadowing;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.RateLimiting.Charging;

/// <summary>
/// Hands permits back once the response's status is known, before the response begins: a client that asks again at once meets its
/// permit. What Redis does not take back in time stays taken, and so does what a request took that ends without a response.
/// </summary>
internal sealed class Refunds(IPermitStore store, OutageLimits? outage, RateLimitMetrics metrics)
{
    /// <summary>Hands back what the limits of <paramref name="request"/> do not count for this status.</summary>
    public async Task GiveBackAsync(RequestLimits request, HttpContext context)
    {
        int status = context.Response.StatusCode;
        context.Features.Get<ShadowPermits>()?.GiveBack(status);
        int[] shared = [.. Enumerable.Range(0, request.Taken).Where(i => IsRefunded(request, i, status) && !request.IsLocal(i))];
        foreach (int index in Enumerable.Range(0, request.Taken).Where(i => IsRefunded(request, i, status)))
        {
            outage?.GiveBack(request, index);
        }

        if (shared.Length > 0 && !await TryGiveBackAsync(request, shared, GatewayRequest.Of(context).RedisWait))
        {
            return;
        }

        for (int i = 0; i < request.Taken; i++)
        {
            if (IsRefunded(request, i, status))
            {
                request.GaveBack(i);
                metrics.Refunded(request.At(i));
            }
        }
    }

    private static bool IsRefunded(RequestLimits request, int index, int status) =>
        request.Decisions[index].Outcome is PermitOutcome.Admitted && request.At(index).Policy.GivesBack(status);

    private async ValueTask<bool> TryGiveBackAsync(RequestLimits request, int[] indexes, WaitBudget wait)
    {
        try
        {
            PermitRequest[] requests = Array.ConvertAll(indexes, index => request.Requests(index..(index + 1)).Span[0]);
            PermitDecision[] granted = Array.ConvertAll(indexes, index => request.Decisions[index]);
            await store.RefundAsync(requests, granted, 1, wait);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }
}
