namespace Gateway.Policies.Routing;

/// <summary>
/// How long one request has waited on Redis: the wall-clock time during which at least one of its calls was outstanding, so calls
/// that run in parallel are counted once. The Redis room spends it and cuts every call off at what is left.
/// </summary>
public sealed class WaitBudget
{
    /// <summary>What timers resolve; nothing is answered in less.</summary>
    internal static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private int _outstanding;
    private long _since;
    private TimeSpan _spent;

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
            long now = time.GetTimestamp();
            if (_outstanding++ == 0)
            {
                _since = now;
            }

            return (Limit ?? deadline) - _spent - time.GetElapsedTime(_since, now);
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
}
