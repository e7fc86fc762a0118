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
    private readonly long _began;
    private readonly ITimer _sweeper;
    private int _nextSwept;

    public InMemoryPermitStore(InMemoryPermitOptions options, TimeProvider time)
    {
        _time = time;
        _origin = time.GetTimestamp();
        _began = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
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
            return ValueTask.FromResult(Acquire(requests.Span, 1, 0, decisions.Span, Now()) == 1);
        }
        finally
        {
            Exit(stripes);
        }
    }

    public ValueTask<int> AcquireAsync(
        ReadOnlyMemory<PermitRequest> requests, int copies, TimeSpan ahead, Memory<PermitDecision> decisions, WaitBudget wait)
    {
        ulong stripes = Enter(requests.Span);
        try
        {
            return ValueTask.FromResult(Acquire(requests.Span, copies, Microseconds(ahead), decisions.Span, Now()));
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

    public ValueTask RefundAsync(ReadOnlyMemory<PermitRequest> requests, ReadOnlyMemory<PermitDecision> granted, int copies, WaitBudget wait)
    {
        for (int i = 0; i < requests.Length; i++)
        {
            ref readonly PermitRequest request = ref requests.Span[i];
            PermitStripe stripe = _stripes[StripeOf(request.Partition)];
            lock (stripe.Gate)
            {
                stripe.Find(request)?.Remove(granted.Span[i].Receipt, (long)request.Cost * copies);
            }
        }

        return ValueTask.CompletedTask;
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
                int live = log.Live(now, Microseconds(request.Window));
                int fits = Room(log, request, 1, now) * request.Cost;
                if (fits > 0)
                {
                    log.Add(live, fits, now, Microseconds(request.Window));
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

    private int Acquire(ReadOnlySpan<PermitRequest> requests, int copies, long ahead, Span<PermitDecision> decisions, long now)
    {
        // Before anything is found, so that what is found below stays what it is.
        foreach (ref readonly PermitRequest request in requests)
        {
            _stripes[StripeOf(request.Partition)].SweepWhenFull(now);
        }

        int granted = copies;
        foreach (ref readonly PermitRequest request in requests)
        {
            granted = Math.Min(granted, Room(_stripes[StripeOf(request.Partition)].FindOrAdd(request), request, copies, now));
        }

        for (int i = 0; i < requests.Length; i++)
        {
            PermitLog log = _stripes[StripeOf(requests[i].Partition)].FindOrAdd(requests[i]);
            long window = Microseconds(requests[i].Window);
            long stamp = granted == 0
                ? 0
                : log.Add(log.Live(now, window), granted * requests[i].Cost, granted > 1 ? now + ahead : now, window);
            bool passes = granted == copies || Room(log, requests[i], 1, now) > 0;
            decisions[i] = Answer(log, requests[i], passes, now) with { Receipt = stamp };
        }

        return granted;
    }

    private bool Peek(ReadOnlySpan<PermitRequest> requests, Span<PermitDecision> decisions, long now)
    {
        bool admitted = true;
        for (int i = 0; i < requests.Length; i++)
        {
            PermitLog? log = _stripes[StripeOf(requests[i].Partition)].Find(requests[i]);
            int live = log?.Live(now, Microseconds(requests[i].Window)) ?? 0;
            bool passes = requests[i].Limit - live >= requests[i].Cost;
            decisions[i] = Answer(log, requests[i], passes, now);
            admitted &= passes;
        }

        return admitted;
    }

    /// <summary>How many copies of a request the limit and the memory leave room for.</summary>
    private int Room(PermitLog log, in PermitRequest request, int copies, long now)
    {
        int live = log.Live(now, Microseconds(request.Window));
        long room = Math.Min(copies, (request.Limit - live) / request.Cost);
        return room <= 0 ? 0 : log.MakeRoom(live, (int)room * request.Cost, request.Limit, _budget) / request.Cost;
    }

    private static PermitDecision Answer(PermitLog? log, in PermitRequest request, bool passes, long now)
    {
        long window = Microseconds(request.Window);
        int live = log?.Live(now, window) ?? 0;
        long left = request.Limit - live;

        // Without memory for what the limit leaves, the limit is, for now, what fits.
        bool full = !passes && left >= request.Cost;
        long limit = full ? log!.Capacity : request.Limit;
        TimeSpan reset = live == 0 ? TimeSpan.Zero : Span(log!.Until((int)Math.Min(live, limit), now, window));
        if (passes)
        {
            return new(PermitOutcome.Admitted, Math.Max(0, left), reset, TimeSpan.Zero);
        }

        TimeSpan retry = request.Cost > request.Limit ? PermitDecision.Never : Span(log!.Until((int)Math.Max(1, limit - request.Cost + 1), now, window));
        return new(PermitOutcome.Denied, full ? 0 : Math.Max(0, left), reset, retry);
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

    private static long Microseconds(TimeSpan span) => (span.Ticks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond;

    private static TimeSpan Span(long microseconds) => new(microseconds * TimeSpan.TicksPerMicrosecond);

    /// <summary>Microseconds since 1970 as they were when this store began, and monotonic since.</summary>
    private long Now() => _began + (_time.GetElapsedTime(_origin).Ticks / TimeSpan.TicksPerMicrosecond);
}
