namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>
/// A request that waits for the call in flight to end, to be asked for together with others. It waits no longer than its own time:
/// either the answer comes first or the request goes on without one, never both.
/// </summary>
internal sealed class Waiter(Memory<PermitDecision> decisions, TimeSpan patience, long now)
    : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private const int Waiting = 0;
    private const int Answered = 1;
    private const int Gone = 2;
    private int _state;

    /// <summary>How long the request waits.</summary>
    public TimeSpan Patience { get; } = patience;

    /// <summary>When it goes on without an answer.</summary>
    public long Deadline { get; } = now + patience.Ticks;

    /// <summary>Where its answer is to be written, by whoever made <see cref="TryAnswer"/> true.</summary>
    public Span<PermitDecision> Decisions => decisions.Span;

    /// <summary>The request went on: it is not to be asked for.</summary>
    public bool IsGone => Volatile.Read(ref _state) == Gone;

    /// <summary>The request goes on without an answer; false when the answer was first.</summary>
    public bool TryGo() => Interlocked.CompareExchange(ref _state, Gone, Waiting) == Waiting;

    /// <summary>The caller is to give the answer now; false when the request has gone on.</summary>
    public bool TryAnswer() => Interlocked.CompareExchange(ref _state, Answered, Waiting) == Waiting;
}
