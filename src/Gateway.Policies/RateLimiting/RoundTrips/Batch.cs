using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>Those who wait at one lane and are asked for together.</summary>
internal sealed class Batch(Lane lane)
{
    public Lane Lane { get; } = lane;

    public List<Waiter> Waiters { get; } = [];

    public LaneCall Call { get; set; }

    /// <summary>How long the most patient of them waits.</summary>
    public TimeSpan Left(long now)
    {
        long latest = now;
        foreach (Waiter waiter in Waiters)
        {
            latest = Math.Max(latest, waiter.Deadline);
        }

        return TimeSpan.FromTicks(latest - now);
    }

    /// <summary>There is no answer for any of them.</summary>
    public void Fail(Exception failure)
    {
        foreach (Waiter waiter in Waiters)
        {
            if (waiter.TryAnswer())
            {
                waiter.SetException(failure is StoreUnavailableException ? new StoreUnavailableException(failure.Message) : failure);
            }
        }
    }
}
