using System.Threading.Tasks.Sources;
using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>
/// Somebody who waits for a call in flight to end, to be asked for together with others. He waits no longer than his request's own time:
/// either the answer comes first or the request goes on without one, never both.
/// </summary>
/// <typeparam name="T">What the answer says beside the decisions.</typeparam>
/// <param name="decisions">Where the answer is to be written.</param>
/// <param name="patience">How long to wait at most.</param>
/// <param name="now">The present time.</param>
/// <param name="wait">The request's time, of which this wait has begun; it ends with the answer.</param>
/// <param name="time">The clock.</param>
internal class Waiter<T>(Memory<PermitDecision> decisions, TimeSpan patience, long now, WaitBudget wait, TimeProvider time) : IWaiter, IValueTaskSource<T>
{
    private const int Waiting = 0;
    private const int Answered = 1;
    private const int Gone = 2;
    private ManualResetValueTaskSourceCore<T> _answer = new() { RunContinuationsAsynchronously = true };
    private int _state;
    private T _result = default!;
    private Exception? _failure;

    /// <summary>When the request goes on without an answer.</summary>
    public long Deadline { get; private set; } = now + patience.Ticks;

    /// <summary>Where the answer is to be written, by whoever made <see cref="TryAnswer"/> true.</summary>
    public Span<PermitDecision> Decisions => decisions.Span;

    /// <summary>The request went on: it is not to be asked for.</summary>
    public bool IsGone => Volatile.Read(ref _state) == Gone;

    public bool IsSettled => Volatile.Read(ref _state) != Waiting;

    /// <summary>The answer, if it comes in time; to be awaited once.</summary>
    /// <exception cref="StoreUnavailableException">It did not come in time, or there is none.</exception>
    public ValueTask<T> Answer => new(this, _answer.Version);

    /// <summary>The caller is to give the answer now, and then to <see cref="Release"/>; false when the request has gone on.</summary>
    public bool TryAnswer() => Interlocked.CompareExchange(ref _state, Answered, Waiting) == Waiting;

    /// <summary>Says what the answer is; the decisions are written.</summary>
    public void SetResult(T result) => _result = result;

    /// <summary>There is no answer.</summary>
    public void Fail(Exception failure)
    {
        if (TryAnswer())
        {
            // One exception for each: each is thrown by another request.
            _failure = failure is StoreUnavailableException ? new StoreUnavailableException(failure.Message) : failure;
        }
    }

    /// <summary>Lets the request go on with its answer, on this thread.</summary>
    public void Release()
    {
        if (Volatile.Read(ref _state) != Answered)
        {
            return;
        }

        _answer.RunContinuationsAsynchronously = false;
        if (_failure is not null)
        {
            _answer.SetException(_failure);
        }
        else
        {
            _answer.SetResult(_result);
        }
    }

    public bool TryExcuse(TimeSpan deadline, long now)
    {
        if (wait.Excuse(deadline, time) is not { } more)
        {
            return false;
        }

        Deadline = now + more.Ticks;
        return true;
    }

    public void Expire()
    {
        if (Interlocked.CompareExchange(ref _state, Gone, Waiting) == Waiting)
        {
            _answer.SetException(new StoreUnavailableException("no answer to the calls before this one within Gateway:Redis:Deadline"));
        }
    }

    T IValueTaskSource<T>.GetResult(short token)
    {
        wait.End(time);
        return _answer.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<T>.GetStatus(short token) => _answer.GetStatus(token);

    void IValueTaskSource<T>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _answer.OnCompleted(continuation, state, token, flags);
}
