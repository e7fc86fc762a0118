namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>Those who are asked for in one call.</summary>
internal sealed class Waiters<TWaiter, T> : List<TWaiter>
    where TWaiter : Waiter<T>
{
    /// <summary>How long the most patient of them waits.</summary>
    public TimeSpan Left(long now)
    {
        long latest = now;
        foreach (TWaiter waiter in this)
        {
            latest = Math.Max(latest, waiter.Deadline);
        }

        return TimeSpan.FromTicks(latest - now);
    }

    /// <summary>There is no answer for any of them.</summary>
    public void Fail(Exception failure)
    {
        foreach (TWaiter waiter in this)
        {
            waiter.Fail(failure);
        }
    }
}
