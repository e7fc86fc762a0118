namespace Gateway.Policies.Sessions.Memory;

/// <summary>A read that is under way, for all requests with the same token.</summary>
internal sealed class SessionFlight(MemoryStamp stamp)
{
    private readonly TaskCompletionSource<SeenSession?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MemoryStamp Stamp => stamp;

    /// <summary>What the read came to; null: Redis did not answer. Never fails.</summary>
    public Task<SeenSession?> Answer => _answer.Task;

    public void Land(SeenSession? seen) => _answer.TrySetResult(seen);
}
