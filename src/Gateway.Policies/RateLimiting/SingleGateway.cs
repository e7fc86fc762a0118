namespace Gateway.Policies.RateLimiting;

/// <summary>Without Redis each gateway counts for itself.</summary>
internal sealed class SingleGateway(Func<LiveGateway>? self = null) : ILiveGateways
{
    public int Count => 1;

    public IReadOnlyList<LiveGateway> Known => self is null ? [] : [self()];
}
