namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>Those who wait at one lane and are asked for together.</summary>
internal sealed class Batch(Lane lane)
{
    public Lane Lane { get; } = lane;

    public Waiters<Waiter<bool>, bool> Waiters { get; } = [];

    /// <summary>Those for whom no call was needed.</summary>
    public Waiters<Waiter<bool>, bool> Settled { get; } = [];

    public LaneCall Call { get; set; }
}
