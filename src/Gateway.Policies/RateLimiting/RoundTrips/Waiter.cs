using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>
/// Somebody who waits for a call in flight to end, to be asked for together with others. He waits no longer than his request's own time:
/// either the answer comes first or the request goes on without one, never both.
/// </summary>
/// <typeparam name="T">What the answer says beside the decisions.</typeparam>
internal class Waiter<T>(Memory<PermitDecision> decisions, TimeSpan patience, long now)
    : TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private const int Waiting = 0;
    private const int Answered = 1;
    private const int Gone = 2;
    private int _state;

    /// <summary>When the request goes on without an answer.</summary>
    public long Deadline { get; } = now + patience.Ticks;

    /// <summary>Where the answer is to be written, by whoever made <see cref="TryAnswer"/> true.</summary>
    public Span<PermitDecision> Decisions => decisions.Span;

    /// <summary>The request went on: it is not to be asked for.</summary>
    public bool IsGone => Volatile.Read(ref _state) == Gone;

    /// <summary>The caller is to give the answer now; false when the request has gone on.</summary>
    public bool TryAnswer() => Interlocked.CompareExchange(ref _state, Answered, Waiting) == Waiting;

    /// <summary>There is no answer.</summary>
    public void Fail(Exception failure)
    {
        if (TryAnswer())
        {
            // One exception for each: each is thrown by another request.
            SetException(failure is StoreUnavailableException ? new StoreUnavailableException(failure.Message) : failure);
        }
    }

    /// <summary>The answer, if it comes in time.</summary>
    /// <param name="wait">The request's time, of which this wait has begun; it ends here.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="StoreUnavailableException">It did not come in time, or there is none.</exception>
    public async ValueTask<T> WaitAsync(WaitBudget wait, TimeProvider time)
    {
        try
        {
            return await Task.WaitAsync(patience, time);
        }
        catch (TimeoutException) when (Interlocked.CompareExchange(ref _state, Gone, Waiting) == Waiting)
        {
            throw new StoreUnavailableException("no answer to the calls before this one within Gateway:Redis:Deadline");
        }
        catch (TimeoutException)
        {
            return await Task;
        }
        finally
        {
            wait.End(time);
        }
    }
}
