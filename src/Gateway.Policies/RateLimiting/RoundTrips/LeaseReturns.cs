using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>
/// Hands back what was held and not used in time, so that it costs nobody a permit. Best effort: what does not get back leaves the
/// window like any other. A gateway that remembers a denial from before goes on denying until then, as if nothing had come back.
/// </summary>
internal sealed class LeaseReturns(IPermitStore store, LeaseLedger ledger, TickClock clock, TimeProvider time)
{
    /// <summary>When the lease just taken has run out.</summary>
    public async Task ReturnAfterAsync(Lane lane, TimeSpan hold)
    {
        await Task.Delay(hold, time);
        PermitRequest[] requests;
        PermitDecision[]? granted;
        int copies;
        lock (lane.Gate)
        {
            // Another lease may have taken its place, with a timer of its own.
            requests = lane.Requests;
            if (lane.Unspent(clock.Now()) > 0 || !lane.TryEndLease(ledger, out granted, out copies))
            {
                return;
            }
        }

        await ReturnAsync(requests, granted, copies);
    }

    /// <summary>Now, without delaying the caller.</summary>
    public async Task ReturnAsync(PermitRequest[] requests, PermitDecision[] granted, int copies)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await store.RefundAsync(requests, granted, copies, new WaitBudget());
        }
        catch (StoreUnavailableException)
        {
            // They count until they are a window old.
        }
    }
}
