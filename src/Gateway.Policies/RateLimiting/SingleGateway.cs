namespace Gateway.Policies.RateLimiting;

/// <summary>Without Redis each gateway counts for itself.</summary>
internal sealed class SingleGateway : ILiveGateways
{
    public int Count => 1;
}
