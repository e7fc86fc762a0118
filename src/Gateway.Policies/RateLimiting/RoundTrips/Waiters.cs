namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>Those who are asked for in one call.</summary>
internal sealed class Waiters<TWaiter, T> : List<TWaiter>
    where TWaiter : Waiter<T>
{
    /// <summary>How many go on one after the other on one thread: handing each to a thread of its own costs more than its first steps.</summary>
    private const int Together = 8;

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

    /// <summary>Lets those who have their answer go on, on the pool's threads; nobody is left here.</summary>
    public void Release()
    {
        for (int first = 0; first < Count; first += Together)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static waiters =>
                {
                    foreach (TWaiter waiter in waiters)
                    {
                        waiter.Release();
                    }
                },
                GetRange(first, Math.Min(Together, Count - first)),
                preferLocal: true);
        }

        Clear();
    }
}
