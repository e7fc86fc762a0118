using System.Diagnostics.CodeAnalysis;

namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>
/// What this gateway knows of one question (the same limits for the same partitions, asked for again and again): whether a call is in
/// flight, who waits for it, how often the question comes, and the permits held. Its table's gate guards it.
/// </summary>
/// <remarks>
/// Held permits never let a window see more than the limit L. They are taken at the store's moment s, stamped s + h, and used only
/// until t + h by this process's clock, t being before the call was sent and so before s: a permit is used between s and its stamp.
/// Take any window, and of the uses in it the one whose permits were granted last, at s'. It began at most a window before s', since
/// that use came at s' or later. Every other use in it came before its stamp, so each of those stamps is younger than a window at s',
/// and was counted when s' was granted: at most L all together. A crash or a pause only leaves permits unused.
/// The price: each counts up to h longer, so that of L at least (L - M·b)·W/(W + h) pass, M gateways holding b each.
/// </remarks>
internal sealed class Lane(Lock gate)
{
    /// <summary>Of the time a permit may be held, for two clocks that do not run alike.</summary>
    private const int Drift = 64;
    private const int MostWaiting = 1024;
    private const long Unknown = long.MinValue;

    private readonly Queue<Waiter<bool>> _waiting = new();
    private long _received = Unknown;
    private long _usableUntil;
    private int _leased;
    private int _unspent;
    private TimeSpan _longestHold;
    private TimeSpan _longestSlice;
    private Pace _pace;

    public Lock Gate { get; } = gate;

    public PermitRequest[] Requests { get; private set; } = [];

    /// <summary>The store's last answer; written by the call in flight.</summary>
    public PermitDecision[] Answers { get; private set; } = [];

    /// <summary>For decisions that may not be needed.</summary>
    public PermitDecision[] Scratch { get; private set; } = [];

    /// <summary>How long permits are held that are asked for now.</summary>
    public TimeSpan Hold => LeaseTerms.Hold(_pace.Slice, _longestHold);

    /// <summary>A call is in flight.</summary>
    public bool IsBusy { get; set; }

    /// <summary>When the question last came.</summary>
    public long LastAsked => _pace.Last ?? 0;

    /// <summary>Nobody needs this lane: another question may have it.</summary>
    public bool IsIdle => !IsBusy && _unspent == 0;

    public bool Is(ReadOnlySpan<PermitRequest> requests) => requests.SequenceEqual(Requests);

    /// <summary>Takes up another question.</summary>
    public void Take(ReadOnlySpan<PermitRequest> requests)
    {
        Requests = requests.ToArray();
        Answers = new PermitDecision[requests.Length];
        Scratch = new PermitDecision[requests.Length];
        _longestHold = LeaseTerms.LongestHold(requests);
        _longestSlice = LeaseTerms.LongestSlice(_longestHold);
        _received = Unknown;
        _pace = default;
    }

    /// <summary>Notes that the question came.</summary>
    public void Arrived(long now) => _pace.Arrived(now, _longestSlice);

    /// <summary>Uses a held permit, if there is one.</summary>
    public bool TrySpend(long now, Span<PermitDecision> decisions, LeaseLedger ledger)
    {
        if (_unspent == 0 || now >= _usableUntil)
        {
            return false;
        }

        _unspent--;
        Tell(decisions, _unspent, now);
        if (_unspent == 0)
        {
            ledger.Remove(Requests, _leased);
        }

        return true;
    }

    /// <summary>Somebody waits for the call in flight to end.</summary>
    public bool HasWaiting => _waiting.Count > 0;

    public bool TryQueue(Waiter<bool> waiter)
    {
        if (_waiting.Count >= MostWaiting)
        {
            return false;
        }

        _waiting.Enqueue(waiter);
        return true;
    }

    public bool TryDequeue([NotNullWhen(true)] out Waiter<bool>? waiter) => _waiting.TryDequeue(out waiter);

    /// <summary>How many more requests than those that wait are worth asking for. The lease before has ended; a call follows.</summary>
    public int Extra(long now, int gateways, LeaseLedger ledger)
    {
        // After a call that failed nothing is known: permits may have been taken in vain, so that no more are risked.
        bool known = _received != Unknown && now - _received < LeaseTerms.Known(_longestHold).Ticks;
        _received = Unknown;
        if (!known || _longestHold == TimeSpan.Zero)
        {
            return 0;
        }

        TimeSpan hold = Hold;
        long allowance = long.MaxValue;
        for (int i = 0; i < Requests.Length; i++)
        {
            long held = ledger.Held(Requests[i], now);
            allowance = Math.Min(allowance, LeaseTerms.Allowance(Requests[i], Answers[i].Remaining, held, gateways, hold));
        }

        return LeaseTerms.Size(_pace.Expected, allowance);
    }

    /// <summary>The answer is in <see cref="Answers"/>.</summary>
    public void Answered(in LaneCall call, int granted, long now, bool mayHold, LeaseLedger ledger)
    {
        _received = now;
        if (mayHold && granted > call.Waiting)
        {
            _leased = _unspent = granted - call.Waiting;
            _usableUntil = call.Sent + call.Hold.Ticks - (call.Hold.Ticks / Drift);
            ledger.Add(Requests, _leased, now + call.Hold.Ticks, now);
        }
    }

    /// <summary>Writes the decisions of an admitted request of the last answer, after which <paramref name="after"/> more were granted.</summary>
    public void Tell(Span<PermitDecision> decisions, int after, long now)
    {
        for (int i = 0; i < decisions.Length; i++)
        {
            ref readonly PermitDecision last = ref Answers[i];
            decisions[i] = new PermitDecision(
                PermitOutcome.Admitted,
                last.Remaining + (after * (long)Requests[i].Cost),
                TimeSpan.FromTicks(Math.Max(0, last.ResetAfter.Ticks - (now - _received))),
                TimeSpan.Zero)
            {
                Receipt = last.Receipt,
            };
        }
    }

    /// <summary>Writes the decisions of a request that the last answer did not admit: it has taken nothing.</summary>
    public void TellDenied(Span<PermitDecision> decisions)
    {
        for (int i = 0; i < decisions.Length; i++)
        {
            decisions[i] = Answers[i] with { Receipt = 0 };
        }
    }

    /// <summary>Permits held and not used.</summary>
    public int Unspent(long now) => now < _usableUntil ? _unspent : 0;

    /// <summary>Ends the lease; tells what it leaves.</summary>
    public bool TryEndLease(LeaseLedger ledger, out UnusedPermits unused)
    {
        unused = default;
        if (_unspent == 0)
        {
            return false;
        }

        unused = new UnusedPermits(Requests, [.. Answers], _unspent);
        _unspent = 0;
        ledger.Remove(Requests, _leased);
        return true;
    }
}
