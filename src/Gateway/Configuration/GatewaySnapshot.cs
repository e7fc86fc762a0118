using Gateway.Policies.Routing;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Configuration;

/// <summary>One whole, valid configuration: immutable, swapped in one step.</summary>
public sealed record GatewaySnapshot
{
    /// <summary>1 for the configuration at start, one more for each that is applied.</summary>
    public required long Revision { get; init; }

    /// <summary>The first 12 hex digits of the SHA-256 of the effective settings; the same at every gateway that runs the same configuration.</summary>
    public required string Fingerprint { get; init; }

    public required DateTimeOffset LoadedAt { get; init; }

    public required GatewayOptions Options { get; init; }

    /// <summary>YARP's routes; each one's metadata carries its policies.</summary>
    public required IReadOnlyList<RouteConfig> Routes { get; init; }

    public required IReadOnlyList<ClusterConfig> Clusters { get; init; }

    /// <summary>Policies by route id.</summary>
    public required IReadOnlyDictionary<string, RoutePolicies> Policies { get; init; }

    /// <summary>All effective settings, flat (<c>Gateway:Redis:Connection</c>), secrets and all: mask before showing.</summary>
    public required IReadOnlyDictionary<string, string?> Settings { get; init; }

    /// <summary>Names the snapshot and shows none of its settings, some of which are secret.</summary>
    public override string ToString() => $"revision {Revision} ({Fingerprint})";
}
