using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.SessionAffinity;

namespace Gateway.Configuration.Routes;

/// <summary>The names that YARP knows for settings that take a name.</summary>
internal static class YarpNames
{
    /// <summary>What may stand at a path such as <c>…:HealthCheck:Active:Policy</c>; empty for other settings.</summary>
    public static IReadOnlyList<string> At(string path, IServiceProvider yarp)
    {
        IEnumerable<string> names =
            Ends(":LoadBalancingPolicy") ? Of<ILoadBalancingPolicy>(policy => policy.Name)
            : Ends(":SessionAffinity:Policy") ? Of<ISessionAffinityPolicy>(policy => policy.Name)
            : Ends(":SessionAffinity:FailurePolicy") ? Of<IAffinityFailurePolicy>(policy => policy.Name)
            : Ends(":HealthCheck:Active:Policy") ? Of<IActiveHealthCheckPolicy>(policy => policy.Name)
            : Ends(":HealthCheck:Passive:Policy") ? Of<IPassiveHealthCheckPolicy>(policy => policy.Name)
            : Ends(":HealthCheck:AvailableDestinationsPolicy") ? Of<IAvailableDestinationsPolicy>(policy => policy.Name)
            : [];
        return [.. names.Order(StringComparer.Ordinal)];

        bool Ends(string end) => path.EndsWith(end, StringComparison.OrdinalIgnoreCase);

        IEnumerable<string> Of<T>(Func<T, string> name) => yarp.GetServices<T>().Select(name);
    }
}
