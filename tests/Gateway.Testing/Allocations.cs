namespace Gateway.Testing;

/// <summary>What some work allocates.</summary>
public static class Allocations
{
    private const int Rounds = 5;

    /// <summary>
    /// The least bytes of a few rounds, on this thread. A collection that another test sets off may add the rest of the thread's
    /// allocation context to one of them, up to 8 kB; what the work itself allocates is in each.
    /// </summary>
    /// <param name="work">Called <see cref="Rounds"/> times; whoever calls has warmed it up.</param>
    public static long Least(Action work)
    {
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
