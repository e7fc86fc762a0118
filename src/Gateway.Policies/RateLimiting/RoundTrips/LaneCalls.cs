using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>
/// The calls of the store, one at a time for each lane: for one request, then for those that have gathered meanwhile. Where a question
/// comes often, a call also asks for permits that will be needed in a moment.
/// </summary>
internal sealed class LaneCalls
{
    private const int MostAtOnce = 256;
    private readonly IPermitStore _store;
    private readonly ILiveGateways _gateways;
    private readonly DenialMemory _denials;
    private readonly RoundTripMetrics _metrics;
    private readonly RoundTripOptions _options;
    private readonly TickClock _clock;
    private readonly LeaseReturns _returns;

    public LaneCalls(
        IPermitStore store, ILiveGateways gateways, DenialMemory denials, RoundTripMetrics metrics, RoundTripOptions options, TickClock clock, TimeProvider time)
    {
        _store = store;
        _gateways = gateways;
        _denials = denials;
        _metrics = metrics;
        _options = options;
        _clock = clock;
        _returns = new LeaseReturns(store, Ledger, clock, time);
    }

    /// <summary>What this gateway holds of each limit.</summary>
    public LeaseLedger Ledger { get; } = new();

    /// <summary>What to ask for next. The caller holds the lane's gate and then calls.</summary>
    public LaneCall Begin(Lane lane, int waiting)
    {
        lane.IsBusy = true;
        if (lane.TryEndLease(Ledger, out UnusedPermits unused))
        {
            _returns.Return(unused);
        }

        long now = _clock.Now();
        int extra = _options.Leases ? lane.Extra(now, _gateways.Count, Ledger) : 0;
        return new LaneCall(waiting, extra, extra > 0 ? lane.Hold : TimeSpan.Zero, now, _denials.Epoch);
    }

    /// <summary>Makes the call; the answer is in the lane then.</summary>
    public async ValueTask<int> CallAsync(Lane lane, LaneCall call, WaitBudget wait)
    {
        int copies = call.Waiting + call.Extra;
        _metrics.Called();
        int granted = await _store.AcquireAsync(lane.Requests, copies, call.Hold, lane.Answers, wait);
        long now = _clock.Now();
        lock (lane.Gate)
        {
            lane.Answered(call, granted, now, call.Epoch == _denials.Epoch, Ledger);
        }

        if (granted > call.Waiting)
        {
            _returns.ReturnAfter(lane, call.Hold);
        }

        if (granted < copies && _options.DenialMemory)
        {
            _denials.Remember(lane.Requests, lane.Answers, call.Sent, now, call.Epoch);
        }

        return granted;
    }

    /// <summary>One call for one request that has no lane.</summary>
    public async ValueTask<bool> AloneAsync(ReadOnlyMemory<PermitRequest> requests, Memory<PermitDecision> decisions, WaitBudget wait)
    {
        (long sent, int epoch) = (_clock.Now(), _denials.Epoch);
        _metrics.Called();
        bool admitted = await _store.AcquireAsync(requests, decisions, wait);
        if (!admitted && _options.DenialMemory)
        {
            _denials.Remember(requests.Span, decisions.Span, sent, _clock.Now(), epoch);
        }

        return admitted;
    }

    /// <summary>Writes the decisions of the request at this place of those that were asked for.</summary>
    public void Tell(Lane lane, int position, int granted, Span<PermitDecision> decisions)
    {
        if (position < granted)
        {
            lane.Tell(decisions, granted - position - 1, _clock.Now());
        }
        else
        {
            lane.TellDenied(decisions);
        }
    }

    /// <summary>Calls for those who wait by now; without any the lane is free.</summary>
    public void GoOn(Lane lane)
    {
        lock (lane.Gate)
        {
            lane.IsBusy = lane.HasWaiting;
            if (!lane.IsBusy)
            {
                return;
            }
        }

        var batch = new Batch(lane);
        if (TryBegin(batch))
        {
            _ = PumpAsync(batch);
        }
    }

    private async Task PumpAsync(Batch batch)
    {
        do
        {
            await AnswerAsync(batch);
        }
        while (TryBegin(batch));
    }

    private async Task AnswerAsync(Batch batch)
    {
        try
        {
            _metrics.SavedByCombining(batch.Waiters.Count - 1);
            int granted = await CallAsync(batch.Lane, batch.Call, new WaitBudget { Limit = batch.Waiters.Left(_clock.Now()) });
            for (int i = 0; i < batch.Waiters.Count; i++)
            {
                if (batch.Waiters[i].TryAnswer())
                {
                    Tell(batch.Lane, i, granted, batch.Waiters[i].Decisions);
                    batch.Waiters[i].SetResult(i < granted);
                }
            }
        }
#pragma warning disable CA1031 // Whatever went wrong is told to those who wait; the lane goes on.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            batch.Waiters.Fail(failure);
        }

        batch.Waiters.Release();
    }

    /// <summary>Gathers those who still need a call, and begins it; false, and the lane is free, when nobody does.</summary>
    private bool TryBegin(Batch batch)
    {
        lock (batch.Lane.Gate)
        {
            long now = _clock.Now();
            while (batch.Waiters.Count < MostAtOnce && batch.Lane.TryDequeue(out Waiter<bool>? waiter))
            {
                if (!waiter.IsGone)
                {
                    (TrySettle(batch.Lane, waiter, now) ? batch.Settled : batch.Waiters).Add(waiter);
                }
            }

            batch.Lane.IsBusy = false;
            batch.Call = batch.Waiters.Count == 0 ? default : Begin(batch.Lane, batch.Waiters.Count);
        }

        batch.Settled.Release();
        return batch.Waiters.Count > 0;
    }

    /// <summary>The call before has left a permit, or has told that there is none.</summary>
    private bool TrySettle(Lane lane, Waiter<bool> waiter, long now)
    {
        if (lane.Unspent(now) > 0)
        {
            if (waiter.TryAnswer())
            {
                lane.TrySpend(now, waiter.Decisions, Ledger);
                _metrics.SavedByLease();
                waiter.SetResult(true);
            }

            return true;
        }

        if (!_options.DenialMemory || !_denials.TryDeny(lane.Requests, lane.Scratch, now))
        {
            return false;
        }

        if (waiter.TryAnswer())
        {
            lane.Scratch.CopyTo(waiter.Decisions);
            _metrics.SavedByDenialMemory();
            waiter.SetResult(false);
        }

        return true;
    }
}
