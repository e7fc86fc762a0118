namespace Gateway.Policies.Admission;

/// <summary>How many requests the whole gateway takes on at a time.</summary>
/// <param name="MaxConcurrentRequests">Requests in work, WebSockets and other streams counted while they are open. Range: 1 to 1,000,000.</param>
/// <param name="MaxQueuedRequests">Requests that wait for one of those to end. Range: 0 to 100,000.</param>
/// <param name="QueueTimeout">How long one waits at most. Range: 10 ms to 1 m.</param>
public sealed record AdmissionLimits(int MaxConcurrentRequests, int MaxQueuedRequests, TimeSpan QueueTimeout)
{
    /// <summary>Everything is admitted.</summary>
    public static AdmissionLimits None { get; } = new(int.MaxValue, 0, TimeSpan.Zero);
}
