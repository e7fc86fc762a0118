using System.Globalization;
using Gateway.Policies.ResponseCaching.Fetching;
using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;

namespace Gateway.Policies.ResponseCaching.Fleet;

/// <summary>
/// One fetch per key over all gateways: who gets the lease fetches, the others wait for its entry in the shared store, at most
/// <c>FetchWait</c>, and then fetch anyway. With the shared store away everybody fetches at once.
/// </summary>
internal sealed class FetchTurns(IFetchLeases leases, TieredCache cache, CacheMetrics metrics, TimeProvider time)
{
    /// <summary>Between two looks at the lease, on average: for a wake-up that was lost, or a gateway that died.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(150);

    /// <summary>Waits for the fetch's turn. Never throws.</summary>
    public async ValueTask<FetchTurn> BeginAsync(FetchPlan plan)
    {
        long began = time.GetTimestamp();
        string owner = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        LeaseState state = await leases.TakeAsync(plan.Key, owner, LeaseState.Held, plan.RedisWait);
        while (state is LeaseState.Held or LeaseState.Streams or LeaseState.Done)
        {
            if (state is not LeaseState.Held && await FindAsync(plan) is { } entry)
            {
                metrics.FleetFetch("joined");
                return FetchTurn.Of(entry);
            }

            if (state is LeaseState.Done)
            {
                state = await leases.TakeAsync(plan.Key, owner, LeaseState.Done, new WaitBudget());
                continue;
            }

            if (plan.FetchWait - time.GetElapsedTime(began) is not { Ticks: > 0 } left)
            {
                break;
            }

            state = await LookAsync(plan, owner, left);
        }

        metrics.FleetFetch(OutcomeOf(state));
        return state switch
        {
            LeaseState.Taken => FetchTurn.Leading(leases, plan.Key, owner, time),
            LeaseState.Uncacheable => FetchTurn.Uncacheable,
            _ => FetchTurn.Alone,
        };
    }

    /// <summary>The key's responses can be shared again.</summary>
    public void Forget(string key) => _ = leases.ForgetAsync(key).AsTask();

    /// <summary>Waits until something is heard, or for a while, and looks how things stand.</summary>
    private async Task<LeaseState> LookAsync(FetchPlan plan, string owner, TimeSpan left)
    {
        metrics.FleetWaiting(1);
        try
        {
            // Those who wait must not look as one.
            TimeSpan pause = Look * (0.5 + Random.Shared.NextDouble());
            LeaseState state = await leases.WaitAsync(plan.Key, pause < left ? pause : left);
            // The wait for another gateway's fetch does not count as waiting for Redis.
            state = state is LeaseState.Held ? await leases.TakeAsync(plan.Key, owner, LeaseState.Held, new WaitBudget()) : state;
            // Word of a body that grows may have been lost.
            return state is LeaseState.Held ? LeaseState.Streams : state;
        }
        finally
        {
            metrics.FleetWaiting(-1);
        }
    }

    /// <summary>The entry another gateway brought, when it answers what this fetch is for.</summary>
    private async ValueTask<CacheEntry?> FindAsync(FetchPlan plan)
    {
        FoundEntry found = await cache.FindSharedAsync(plan.Lookup, new WaitBudget());
        if (found.Entry is not { } entry || (plan.Credentials && !entry.Shareable) || entry.Times.ResponseTime <= plan.Stale?.Times.ResponseTime)
        {
            return null;
        }

        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return Reuse.Decide(entry.Times, plan.Control, found.SoftPurged, now).Kind is ReuseKind.Serve ? entry : null;
    }

    private static string OutcomeOf(LeaseState state) => state switch
    {
        LeaseState.Taken => "led",
        LeaseState.Uncacheable => "uncacheable",
        LeaseState.Failed => "failed",
        LeaseState.Away => "away",
        _ => "fetch-wait",
    };
}
