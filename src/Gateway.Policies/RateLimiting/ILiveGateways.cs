namespace Gateway.Policies.RateLimiting;

/// <summary>How many gateways share the limits, for those that each must count on its own while Redis is away.</summary>
public interface ILiveGateways
{
    /// <summary>1 or more, this one included; the last number known while Redis is away.</summary>
    int Count { get; }
}
