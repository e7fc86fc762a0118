using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>
/// Stands before a store that is a round trip away and answers without one where that changes nothing: spends permits that are held,
/// rejects what is known to be denied, and asks once for requests that come together.
/// </summary>
internal sealed class SparingPermitStore : IPermitStore, IDisposable
{
    private readonly IPermitStore _store;
    private readonly IPartitionNews _news;
    private readonly RoundTripOptions _options;
    private readonly RoundTripMetrics _metrics;
    private readonly TickClock _clock;
    private readonly DenialMemory _denials;
    private readonly CombinedCalls _calls;
    private readonly ApproximateCounts _approximate;

    /// <param name="store">Counts for all gateways.</param>
    /// <param name="gateways">How many they are.</param>
    /// <param name="news">Resets by other gateways.</param>
    /// <param name="deadline">How long a request waits on the store at most.</param>
    /// <param name="metrics">Counts calls and those saved.</param>
    /// <param name="time">A clock that does not step.</param>
    /// <param name="options">What to use; null: everything.</param>
    public SparingPermitStore(
        IPermitStore store, ILiveGateways gateways, IPartitionNews news, TimeSpan deadline, RoundTripMetrics metrics, TimeProvider time, RoundTripOptions? options = null)
    {
        _store = store;
        _news = news;
        _options = options ?? new RoundTripOptions();
        _metrics = metrics;
        _clock = new TickClock(time);
        _denials = new DenialMemory(news);
        var calls = new LaneCalls(store, gateways, _denials, metrics, _options, _clock, time);
        _calls = new CombinedCalls(calls, deadline, metrics, _options, _clock, time);
        _approximate = new ApproximateCounts(store, gateways, _denials, metrics, _clock, time);
        news.Listen(Forget, ForgetAll);
    }

    public bool IsAvailable => _store.IsAvailable;

    public ValueTask<bool> AcquireAsync(ReadOnlyMemory<PermitRequest> requests, Memory<PermitDecision> decisions, WaitBudget wait)
    {
        if (!IsSparable(requests.Span))
        {
            _metrics.Called();
            return _store.AcquireAsync(requests, decisions, wait);
        }

        long now = _clock.Now();
        if (_calls.TrySpend(requests.Span, decisions.Span, now))
        {
            return ValueTask.FromResult(true);
        }

        if (_options.DenialMemory && _denials.TryDeny(requests.Span, decisions.Span, now))
        {
            _metrics.SavedByDenialMemory();
            return ValueTask.FromResult(false);
        }

        return _approximate.TryAdmit(requests.Span, decisions.Span, now)
            ? ValueTask.FromResult(true)
            : _calls.AcquireAsync(requests, decisions, wait);
    }

    public ValueTask<int> AcquireAsync(
        ReadOnlyMemory<PermitRequest> requests, int copies, TimeSpan ahead, Memory<PermitDecision> decisions, WaitBudget wait)
    {
        _metrics.Called();
        return _store.AcquireAsync(requests, copies, ahead, decisions, wait);
    }

    /// <summary>What this gateway holds and has not used counts as left.</summary>
    public async ValueTask<bool> PeekAsync(ReadOnlyMemory<PermitRequest> requests, Memory<PermitDecision> decisions, WaitBudget wait)
    {
        bool admitted = await _store.PeekAsync(requests, decisions, wait);
        for (int i = 0; i < requests.Length; i++)
        {
            PermitDecision decision = decisions.Span[i];
            decisions.Span[i] = decision with { Remaining = decision.Remaining + _calls.Unspent(requests.Span[i]) };
        }

        return admitted;
    }

    public async ValueTask RefundAsync(ReadOnlyMemory<PermitRequest> requests, ReadOnlyMemory<PermitDecision> granted, int copies, WaitBudget wait)
    {
        await _store.RefundAsync(requests, granted, copies, wait);
        ForgetDenials(requests.Span);
    }

    public async ValueTask<bool> ResetAsync(string policy, UInt128 partition, WaitBudget wait)
    {
        bool used = await _store.ResetAsync(policy, partition, wait);
        Forget(partition);
        await _news.TellResetAsync(partition);
        return used;
    }

    public void Dispose() => (_store as IDisposable)?.Dispose();

    /// <summary>A request that ends hands its permit of a concurrency limit back: there every answer is about its own moment.</summary>
    private static bool IsSparable(ReadOnlySpan<PermitRequest> requests)
    {
        foreach (ref readonly PermitRequest request in requests)
        {
            if (request.Algorithm is RateLimitAlgorithm.Concurrency)
            {
                return false;
            }
        }

        return true;
    }

    private void ForgetDenials(ReadOnlySpan<PermitRequest> requests)
    {
        foreach (ref readonly PermitRequest request in requests)
        {
            _denials.Drop(request.Partition);
        }
    }

    private void Forget(UInt128 partition)
    {
        _denials.Reset(partition);
        _approximate.Drop(partition);
        _calls.Drop(partition);
    }

    private void ForgetAll()
    {
        _denials.Clear();
        _calls.Drop(null);
    }
}
