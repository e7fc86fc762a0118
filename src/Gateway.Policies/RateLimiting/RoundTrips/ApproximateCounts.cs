using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>
/// For limits that need not be exact: admits first and tells the store afterwards, every <see cref="Most"/> requests or
/// <see cref="Soon"/>, whichever comes first.
/// </summary>
/// <remarks>
/// No window sees more than L + M·u, of M gateways that owe u requests at most. What was told is stamped when it was told, no earlier
/// than it was used: of the uses in a window, those told by its end have their stamps in it, L at most; the others are owed at its end.
/// What the store does not take, or does not answer, stays owed; while all of u is owed, and while little is left, a request is asked
/// for like any other.
/// </remarks>
internal sealed class ApproximateCounts(
    IPermitStore store, ILiveGateways gateways, DenialMemory denials, RoundTripMetrics metrics, TickClock clock, TimeProvider time)
{
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(1);
    private readonly DebtTable _debts = new();

    /// <summary>What one gateway owes at most, in requests: all together a tenth of the limit, but one each.</summary>
    public static int Most(in PermitRequest request, int gateways) =>
        (int)Math.Clamp(request.Limit / (10L * gateways * request.Cost), 1, 1024);

    /// <summary>For how long at most: a twentieth of the window, a second at most.</summary>
    public static TimeSpan Soon(in PermitRequest request) => request.Window / 20 < Latest ? request.Window / 20 : Latest;

    /// <summary>True: admitted, and owed. False: the store is to be asked.</summary>
    public bool TryAdmit(ReadOnlySpan<PermitRequest> requests, Span<PermitDecision> decisions, long now)
    {
        if (requests.Length != 1 || requests[0] is not { Approximate: true, MayBeRefunded: false, Algorithm: RateLimitAlgorithm.SlidingWindow })
        {
            return false;
        }

        ref readonly PermitRequest request = ref requests[0];
        Debt? debt;
        bool tell;
        bool wake;
        lock (_debts.GateOf(request))
        {
            debt = _debts.FindOrAdd(request);
            if (debt is null || !TryOwe(debt, request, now, out decisions[0]))
            {
                return false;
            }

            tell = !debt.IsBeingTold && debt.Untold * 2 >= Most(request, gateways.Count);
            debt.IsBeingTold |= tell;
            wake = !debt.HasTimer;
            debt.HasTimer = true;
        }

        metrics.SavedByApproximation();
        if (tell)
        {
            _ = TellAsync(debt);
        }

        if (wake)
        {
            _ = TellLaterAsync(debt, Soon(request));
        }

        return true;
    }

    /// <summary>The partition was reset.</summary>
    public void Drop(UInt128 partition) => _debts.Drop(partition);

    private bool TryOwe(Debt debt, in PermitRequest request, long now, out PermitDecision decision)
    {
        // What was used a window ago does not count any more, told or not.
        debt.Untold = now - debt.LastAdmitted >= request.Window.Ticks ? 0 : debt.Untold;
        bool known = debt.Received != long.MinValue && now - debt.Received < Soon(request).Ticks;
        long left = (known ? debt.Answer.Remaining : request.Limit) - (debt.Untold * (long)request.Cost) - request.Cost;
        TimeSpan reset = known ? debt.Answer.Aged(now - debt.Received).ResetAfter : request.Window;
        decision = new PermitDecision(PermitOutcome.Admitted, Math.Max(0, left), reset, TimeSpan.Zero);
        if (left < 0 || debt.Untold >= Most(request, gateways.Count))
        {
            return false;
        }

        debt.Untold++;
        debt.LastAdmitted = now;
        return true;
    }

    private async Task TellLaterAsync(Debt debt, TimeSpan soon)
    {
        await Task.Delay(soon, time);
        lock (debt.Gate)
        {
            debt.HasTimer = false;
            if (debt.Untold == 0 || debt.IsBeingTold)
            {
                return;
            }

            debt.IsBeingTold = true;
        }

        await TellAsync(debt);
    }

    private async Task TellAsync(Debt debt)
    {
        var answer = new PermitDecision[1];
        (long sent, int epoch, int granted) = (clock.Now(), denials.Epoch, 0);
        int owed = Math.Max(1, debt.Untold);
        try
        {
            metrics.Called();
            granted = await store.AcquireAsync(debt.Requests, owed, TimeSpan.Zero, answer, new WaitBudget());
        }
        catch (StoreUnavailableException)
        {
            // It stays owed.
            answer = null;
        }

        long now = clock.Now();
        lock (debt.Gate)
        {
            debt.IsBeingTold = false;
            if (answer is not null && epoch == denials.Epoch)
            {
                debt.Untold = Math.Max(0, debt.Untold - granted);
                (debt.Answer, debt.Received) = (answer[0], now);
            }
        }

        if (answer is not null && granted < owed)
        {
            denials.Remember(debt.Requests, answer, sent, now, epoch);
        }
    }
}
