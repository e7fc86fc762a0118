namespace Gateway.Policies.RateLimiting;

/// <summary>The gateways that share the limits: how many, for those that each must count on its own while Redis is away, and who.</summary>
public interface ILiveGateways
{
    /// <summary>1 or more, this one included; the last number known while Redis is away, and for a while after it lost its memory.</summary>
    int Count { get; }

    /// <summary>What each said of itself last, this one included. One whose words this version cannot read is counted, and not here.</summary>
    IReadOnlyList<LiveGateway> Known => [];
}
