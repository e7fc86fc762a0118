namespace Gateway.Policies.RateLimiting;

/// <summary>Gateways that do not run the same: on purpose during a rolling upgrade, by mistake ever after.</summary>
public static class GatewayDrift
{
    /// <summary>Live gateways whose version or settings differ from this one's, or that this one cannot read.</summary>
    /// <param name="gateways">All of them.</param>
    /// <param name="self">Which one this is.</param>
    public static int DifferingFrom(this ILiveGateways gateways, LiveGateway self)
    {
        // What this one said of itself last may be older than its settings.
        IEnumerable<LiveGateway> others = gateways.Known.Where(one => one.Name != self.Name);
        return Math.Max(0, gateways.Count - 1 - others.Count(other => other.Version == self.Version && other.Configuration == self.Configuration));
    }
}
