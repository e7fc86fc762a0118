using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.Charging;

/// <summary>
/// Hands back the permits of concurrency limits when their request has ended, however it ended. Nobody waits for it: what the client
/// asks next on this gateway follows on the same connection to Redis. What Redis does not take back lapses by itself.
/// </summary>
internal sealed class InUse(IPermitStore store, OutageLimits? outage)
{
    /// <summary>Hands back what a stage took for <paramref name="request"/>.</summary>
    public void Release(RequestLimits request, Range asked)
    {
        for (int i = asked.Start.Value; i < asked.End.Value; i++)
        {
            PermitRequest taken = request.Requests(i..(i + 1)).Span[0];
            PermitDecision granted = request.Decisions[i];
            if (taken.Algorithm is not RateLimitAlgorithm.Concurrency || granted.Outcome is not PermitOutcome.Admitted)
            {
                continue;
            }

            if (request.IsLocal(i))
            {
                outage?.Release(taken, granted);
            }
            else
            {
                _ = ReleaseAsync(taken, granted);
            }
        }
    }

    private async Task ReleaseAsync(PermitRequest taken, PermitDecision granted)
    {
        try
        {
            await store.RefundAsync(new[] { taken }, new[] { granted }, 1, new WaitBudget());
        }
        catch (StoreUnavailableException)
        {
            // It lapses.
        }
    }
}
