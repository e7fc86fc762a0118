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

    private static readonly WordBlocks NoBlocks = new();

    private readonly PermitStripe[] _stripes = new PermitStripe[Stripes];
    private readonly MemoryBudget _budget;
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
        _budget = new MemoryBudget(options.MaxStamps);
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
            return ValueTask.FromResult(Acquire(requests.Span, copies, Microseconds.Of(ahead), decisions.Span, Now()));
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
                stripe.Refund(request, granted.Span[i].Receipt, (long)request.Cost * copies);
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
            if (request.Algorithm is RateLimitAlgorithm.Concurrency)
            {
                continue;
            }

            PermitStripe stripe = _stripes[StripeOf(request.Partition)];
            lock (stripe.Gate)
            {
                long now = Now();
                stripe.SweepWhenFull(now);
                PermitCount count = stripe.FindOrAdd(request);
                if (Room(count, request, 1, now) > 0)
                {
                    count.Take(request, request.Cost, now, now, _budget);
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
            granted = Math.Min(granted, Room(CountOf(request), request, copies, now));
        }

        for (int i = 0; i < requests.Length; i++)
        {
            PermitCount count = CountOf(requests[i]);
            long receipt = granted == 0
                ? 0
                : count.Take(requests[i], (long)granted * requests[i].Cost, granted > 1 ? now + ahead : now, now, _budget);
            bool passes = granted == copies || Room(count, requests[i], 1, now) > 0;
            decisions[i] = Answer(count, requests[i], passes, now) with { Receipt = receipt };
        }

        return granted;
    }

    private bool Peek(ReadOnlySpan<PermitRequest> requests, Span<PermitDecision> decisions, long now)
    {
        bool admitted = true;
        for (int i = 0; i < requests.Length; i++)
        {
            decisions[i] = Look(requests[i], now);
            admitted &= decisions[i].Outcome is PermitOutcome.Admitted;
        }

        return admitted;
    }

    private PermitDecision Look(in PermitRequest request, long now)
    {
        if (_stripes[StripeOf(request.Partition)].TryFind(request, out PermitCount count))
        {
            return Answer(count, request, count.Left(request, now) >= request.Cost, now);
        }

        var unused = new PermitSlot { Form = PermitCounting.FormOf(request) };
        return Answer(new PermitCount(ref unused, NoBlocks), request, request.Cost <= request.Capacity, now);
    }

    private PermitCount CountOf(in PermitRequest request) => _stripes[StripeOf(request.Partition)].FindOrAdd(request);

    /// <summary>How many copies of a request the limit and the memory leave room for.</summary>
    private int Room(PermitCount count, in PermitRequest request, int copies, long now)
    {
        long room = Math.Clamp(count.Left(request, now) / request.Cost, 0, copies);
        return (int)(count.Room(request, room * request.Cost, now, _budget) / request.Cost);
    }

    private static PermitDecision Answer(PermitCount count, in PermitRequest request, bool passes, long now)
    {
        long left = Math.Max(0, count.Left(request, now));
        TimeSpan reset = left == request.Capacity ? TimeSpan.Zero : Microseconds.Span(count.Until(request, left + 1, now));
        if (passes)
        {
            return new(PermitOutcome.Admitted, left, reset, TimeSpan.Zero);
        }

        if (request.Cost > request.Capacity)
        {
            return new(PermitOutcome.Denied, left, reset, PermitDecision.Never);
        }

        // Denied with permits left: no memory for what the limit leaves, so the limit is, for now, what fits.
        bool full = left >= request.Cost;
        TimeSpan retry = Microseconds.Span(count.Until(full ? request with { Limit = count.Capacity } : request, request.Cost, now));
        return full ? new(PermitOutcome.Denied, 0, retry, retry) : new(PermitOutcome.Denied, left, reset, retry);
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

    /// <summary>Microseconds since 1970 as they were when this store began, and monotonic since.</summary>
    private long Now() => _began + (_time.GetElapsedTime(_origin).Ticks / TimeSpan.TicksPerMicrosecond);
}
