using System.Numerics;
using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>
/// Counts in this process. A table of logs in stripes, each with a short gate; a request over several stripes takes their gates in
/// the order of their numbers. Answers synchronously and allocates only for a partition's first permits.
/// </summary>
internal sealed class InMemoryPermitStore : ILocalPermitStore, IDisposable
{
    private const int Stripes = 64;
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly PermitStripe[] _stripes = new PermitStripe[Stripes];
    private readonly StampBudget _budget;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly ITimer _sweeper;
    private int _nextSwept;

    public InMemoryPermitStore(InMemoryPermitOptions options, TimeProvider time)
    {
        _time = time;
        _origin = time.GetTimestamp();
        _budget = new StampBudget(options.MaxStamps);
        for (int i = 0; i < Stripes; i++)
        {
            _stripes[i] = new PermitStripe(Math.Max(1, options.MaxPartitions / Stripes), _budget);
        }

        _sweeper = time.CreateTimer(static store => ((InMemoryPermitStore)store!).SweepNext(), this, SweepInterval, SweepInterval);
    }

    public bool IsAvailable => true;

    /// <summary>Partitions in the table.</summary>
    internal int Count => _stripes.Sum(stripe => stripe.Count);

    /// <summary>Stamps there is room for, all partitions together.</summary>
    internal long Stamps => _budget.Taken;

    public ValueTask<bool> AcquireAsync(ReadOnlyMemory<PermitRequest> requests, Memory<PermitDecision> decisions, WaitBudget wait)
    {
        ulong stripes = Enter(requests.Span);
        try
        {
            return ValueTask.FromResult(Acquire(requests.Span, decisions.Span, Now()));
        }
        finally
        {
            Exit(stripes);
        }
    }

    public ValueTask<bool> PeekAsync(ReadOnlyMemory<PermitRequest> requests, Memory<PermitDecision> decisions, WaitBudget wait)
    {
        ulong stripes = Enter(requests.Span);
        try
        {
            return ValueTask.FromResult(Peek(requests.Span, decisions.Span, Now()));
        }
        finally
        {
            Exit(stripes);
        }
    }

    public ValueTask<bool> ResetAsync(string policy, UInt128 partition, WaitBudget wait)
    {
        PermitStripe stripe = _stripes[StripeOf(partition)];
        lock (stripe.Gate)
        {
            return ValueTask.FromResult(stripe.Remove(partition, Now()));
        }
    }

    public void Record(ReadOnlySpan<PermitRequest> granted)
    {
        foreach (ref readonly PermitRequest request in granted)
        {
            PermitStripe stripe = _stripes[StripeOf(request.Partition)];
            lock (stripe.Gate)
            {
                long now = Now();
                stripe.SweepWhenFull(now);
                PermitLog log = stripe.FindOrAdd(request);
                int live = log.Live(now, request.Window.Ticks);
                if (live < request.Limit && log.MakeRoom(live, request.Limit, _budget))
                {
                    log.Add(live, now, request.Window.Ticks);
                }
            }
        }
    }

    public void Dispose() => _sweeper.Dispose();

    /// <summary>Drops every log that has nothing live.</summary>
    internal void Sweep()
    {
        for (int i = 0; i < Stripes; i++)
        {
            SweepStripe(i);
        }
    }

    private bool Acquire(ReadOnlySpan<PermitRequest> requests, Span<PermitDecision> decisions, long now)
    {
        // Before anything is found, so that what is found below stays what it is.
        foreach (ref readonly PermitRequest request in requests)
        {
            _stripes[StripeOf(request.Partition)].SweepWhenFull(now);
        }

        bool admitted = true;
        for (int i = 0; i < requests.Length; i++)
        {
            PermitLog log = _stripes[StripeOf(requests[i].Partition)].FindOrAdd(requests[i]);
            decisions[i] = Decide(log, requests[i], now);
            admitted &= decisions[i].Outcome is PermitOutcome.Admitted;
        }

        for (int i = 0; admitted && i < requests.Length; i++)
        {
            PermitLog log = _stripes[StripeOf(requests[i].Partition)].FindOrAdd(requests[i]);
            long window = requests[i].Window.Ticks;
            int live = log.Live(now, window);
            log.Add(live, now, window);
            decisions[i] = new(PermitOutcome.Admitted, requests[i].Limit - live - 1, TimeSpan.FromTicks(log.Until(live + 1, now, window)), TimeSpan.Zero);
        }

        return admitted;
    }

    private bool Peek(ReadOnlySpan<PermitRequest> requests, Span<PermitDecision> decisions, long now)
    {
        bool admitted = true;
        for (int i = 0; i < requests.Length; i++)
        {
            PermitLog? log = _stripes[StripeOf(requests[i].Partition)].Find(requests[i]);
            decisions[i] = log is null ? new(PermitOutcome.Admitted, requests[i].Limit, default, default) : Look(log, requests[i], now);
            admitted &= decisions[i].Outcome is PermitOutcome.Admitted;
        }

        return admitted;
    }

    /// <summary>Like <see cref="Look"/>; also sees to the room, so that taking the permit cannot fail.</summary>
    private PermitDecision Decide(PermitLog log, in PermitRequest request, long now)
    {
        PermitDecision decision = Look(log, request, now);
        long window = request.Window.Ticks;
        int live = log.Live(now, window);
        if (decision.Outcome is PermitOutcome.Denied || log.MakeRoom(live, request.Limit, _budget))
        {
            return decision;
        }

        // No memory for one more stamp: the limit is, for now, what fits.
        TimeSpan free = TimeSpan.FromTicks(log.Until(live, now, window));
        return new(PermitOutcome.Denied, 0, free, free);
    }

    private static PermitDecision Look(PermitLog log, in PermitRequest request, long now)
    {
        long window = request.Window.Ticks;
        int live = log.Live(now, window);
        if (live < request.Limit)
        {
            TimeSpan reset = live == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(log.Until(live, now, window));
            return new(PermitOutcome.Admitted, request.Limit - live, reset, TimeSpan.Zero);
        }

        TimeSpan retry = TimeSpan.FromTicks(log.Until((int)request.Limit, now, window));
        return new(PermitOutcome.Denied, 0, retry, retry);
    }

    private ulong Enter(ReadOnlySpan<PermitRequest> requests)
    {
        ulong wanted = 0;
        foreach (ref readonly PermitRequest request in requests)
        {
            wanted |= 1UL << StripeOf(request.Partition);
        }

        for (ulong left = wanted; left != 0; left &= left - 1)
        {
            _stripes[BitOperations.TrailingZeroCount(left)].Gate.Enter();
        }

        return wanted;
    }

    private void Exit(ulong entered)
    {
        for (ulong left = entered; left != 0; left &= left - 1)
        {
            _stripes[BitOperations.TrailingZeroCount(left)].Gate.Exit();
        }
    }

    /// <summary>A sixteenth of the table at each tick of the timer, so that no sweep holds a gate for long.</summary>
    private void SweepNext()
    {
        for (int i = 0; i < Stripes / 16; i++)
        {
            SweepStripe(_nextSwept++ % Stripes);
        }
    }

    private void SweepStripe(int index)
    {
        lock (_stripes[index].Gate)
        {
            _stripes[index].Sweep(Now());
        }
    }

    private static int StripeOf(UInt128 partition) => (int)(ulong)(partition >> 64) & (Stripes - 1);

    /// <summary>Monotonic time since this store began, in ticks of 100 ns as all windows are.</summary>
    private long Now() => _time.GetElapsedTime(_origin).Ticks;
}
