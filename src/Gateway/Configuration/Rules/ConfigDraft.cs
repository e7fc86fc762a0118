using Gateway.Configuration.Settings;
using Gateway.Policies.Routing;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Configuration.Rules;

/// <summary>A configuration that was read, before the rules have seen it. Where something could not be read, a default stands in its place.</summary>
/// <param name="Root">All settings, with their places.</param>
/// <param name="Options">The <c>Gateway</c> section.</param>
/// <param name="Proxy">The routes and clusters as YARP reads them.</param>
/// <param name="Policies">The policies of each route.</param>
internal sealed record ConfigDraft(SettingNode Root, GatewayOptions Options, IProxyConfig Proxy, IReadOnlyList<RoutePolicies> Policies)
{
    public SettingNode RouteNode(string routeId) => Root.Nearest($"ReverseProxy:Routes:{routeId}");
}
