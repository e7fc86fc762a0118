namespace Gateway.Policies.Routing;

/// <summary>
/// How long one request has waited on Redis: the wall-clock time during which at least one of its calls was outstanding, so calls
/// that run in parallel are counted once. The Redis room spends it and cuts every call off at what is left. What passes while the
/// process itself stands still is not blamed on Redis: see <see cref="Excuse"/>.
/// </summary>
public sealed class WaitBudget
{
    /// <summary>What timers resolve; nothing is answered in less.</summary>
    internal static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    /// <summary>A wait that ends so much later than it was to end says that this process stood still: no processor, a collection, too much work.</summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromMilliseconds(5);

    private int _outstanding;
    private long _since;
    private TimeSpan _spent;
    private TimeSpan _excused;

    /// <summary>How long the calls may take together. Null, the default: <c>Gateway:Redis:Deadline</c>. Work that no request waits for may set its own.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>Time waited in periods that have ended: no call of this request is outstanding since.</summary>
    public TimeSpan Spent
    {
        get
        {
            lock (this)
            {
                return _spent;
            }
        }
    }

    /// <summary>Begins one call and tells what it may take: what is left of <paramref name="deadline"/>. Every call is followed by one <see cref="End"/>.</summary>
    /// <returns>Zero or less: the time is spent.</returns>
    internal TimeSpan Begin(TimeSpan deadline, TimeProvider time)
    {
        // The object belongs to one request; a gate of its own would cost every request an allocation.
        lock (this)
        {
            return Left(deadline, Start(time), time);
        }
    }

    /// <summary>Begins a wait that another request's call ends in time. Followed by one <see cref="End"/>.</summary>
    internal void Begin(TimeProvider time)
    {
        lock (this)
        {
            Start(time);
        }
    }

    /// <summary>
    /// For a wait whose time seems to be over. Where it ended late, the process stood still and the answer may only want to be read: once a
    /// request, it gets half of <paramref name="deadline"/> more.
    /// </summary>
    /// <returns>How long to go on waiting; null: no longer.</returns>
    internal TimeSpan? Excuse(TimeSpan deadline, TimeProvider time)
    {
        lock (this)
        {
            TimeSpan left = Left(deadline, time.GetTimestamp(), time);
            if (left <= -Lateness && _excused == TimeSpan.Zero)
            {
                TimeSpan more = (Limit ?? deadline) / 2;
                _excused = more - left;
                left = more;
            }

            return left >= Shortest ? left : null;
        }
    }

    /// <summary>Ends one call that <see cref="Begin"/> began: answered, failed or abandoned.</summary>
    internal void End(TimeProvider time)
    {
        lock (this)
        {
            if (--_outstanding == 0)
            {
                _spent += time.GetElapsedTime(_since, time.GetTimestamp());
            }
        }
    }

    private long Start(TimeProvider time)
    {
        long now = time.GetTimestamp();
        if (_outstanding++ == 0)
        {
            _since = now;
        }

        return now;
    }

    private TimeSpan Left(TimeSpan deadline, long now, TimeProvider time) =>
        (Limit ?? deadline) + _excused - _spent - time.GetElapsedTime(_since, now);
}
