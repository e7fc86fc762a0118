using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Routes;
using Gateway.Configuration.Settings;

namespace Gateway.Configuration.Rules;

/// <summary>YARP accepts a route without its cluster and answers 503; here it is a mistake.</summary>
internal sealed class ClusterExistsRule : IConfigRule
{
    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        string[] known = [.. ProxySection.Clusters(draft.Root).Select(cluster => cluster.Key)];
        string allowed = known.Length == 0 ? "a cluster under ReverseProxy:Clusters, which has none" : string.Join(", ", known.Select(name => $"\"{name}\""));
        foreach (SettingNode route in ProxySection.Routes(draft.Root))
        {
            SettingNode? cluster = route.Child("ClusterId");
            if (cluster is null && route.Kind is SettingKind.Object)
            {
                mistakes.Add(route, "\"ClusterId\" is missing", allowed);
            }
            else if (cluster is { IsScalar: true } && !known.Contains(cluster.Value, StringComparer.OrdinalIgnoreCase))
            {
                mistakes.Add(cluster, $"{cluster.Shown} is not a cluster", allowed, NearestName.Of(cluster.Value!, known));
            }
        }
    }
}
