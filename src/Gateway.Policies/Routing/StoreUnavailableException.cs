namespace Gateway.Policies.Routing;

/// <summary>
/// A store cannot answer now: Redis is away, slow beyond the deadline, or answered something that is not an answer.
/// Thrown by stores; the policy's middleware decides open, closed or local.
/// </summary>
public sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException(string reason)
        : base(reason)
    {
    }

    public StoreUnavailableException(string reason, Exception cause)
        : base(reason, cause)
    {
    }
}
