using Gateway.Configuration.Mistakes;

namespace Gateway.Configuration.Settings;

/// <summary>
/// The layer of environment variables: <c>Gateway__Redis__Connection</c> and the like, where <c>__</c> stands for <c>:</c>, and the
/// two names that hosting platforms set, <c>REDIS_URL</c> and <c>REDIS_CLUSTER_NODES</c>. The longer, own names win over those two.
/// </summary>
internal static class EnvironmentSettings
{
    private const string RedisConnection = "Gateway:Redis:Connection";
    private static readonly string[] Sections = ["Gateway__", "ReverseProxy__", "Kestrel__", "Logging__"];

    public static void Lay(SettingNode root, IReadOnlyDictionary<string, string> environment, MistakeList mistakes)
    {
        LayRedis(root, environment, mistakes);
        if (environment.TryGetValue("ASPNETCORE_URLS", out string? urls) && urls.Length > 0)
        {
            OverrideSetting.Put(root, "Urls", urls, Origin("ASPNETCORE_URLS"));
        }

        foreach ((string name, string value) in environment.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            if (Sections.Any(section => name.StartsWith(section, StringComparison.OrdinalIgnoreCase)))
            {
                OverrideSetting.Put(root, name.Replace("__", ":", StringComparison.Ordinal), value, Origin(name));
            }
        }
    }

    private static void LayRedis(SettingNode root, IReadOnlyDictionary<string, string> environment, MistakeList mistakes)
    {
        if (environment.TryGetValue("REDIS_CLUSTER_NODES", out string? nodes) && nodes.Length > 0)
        {
            OverrideSetting.Put(root, RedisConnection, nodes, Origin("REDIS_CLUSTER_NODES"));
        }
        else if (environment.TryGetValue("REDIS_URL", out string? url) && url.Length > 0)
        {
            if (RedisUrl.ToConnection(url) is { } connection)
            {
                OverrideSetting.Put(root, RedisConnection, connection, Origin("REDIS_URL"));
            }
            else
            {
                mistakes.Add(new ConfigMistake(Origin("REDIS_URL"), RedisConnection, "the URL cannot be read (its value is hidden)", RedisUrl.Allowed));
            }
        }
    }

    private static SettingOrigin Origin(string variable) => new($"environment variable {variable}");
}
