using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Configuration.Routes;

/// <summary>Asks YARP's own validator about every route and cluster, so that YARP never turns a configuration down later.</summary>
internal static class YarpValidation
{
    public static async Task CheckAsync(IProxyConfig parsed, SettingNode root, MistakeList mistakes)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddAuthorization().AddReverseProxy();
        // Names of CORS policies are checked by a rule that knows the nearest one; here each counts as known.
        IEnumerable<string> corsNames = parsed.Routes.Select(route => route.CorsPolicy).OfType<string>();
        services.AddCors(cors => corsNames.ToList().ForEach(name => cors.AddPolicy(name, _ => { })));
        await using ServiceProvider provider = services.BuildServiceProvider();
        IConfigValidator validator = provider.GetRequiredService<IConfigValidator>();
        foreach (RouteConfig route in parsed.Routes)
        {
            Report(await validator.ValidateRouteAsync(route), root.Nearest($"ReverseProxy:Routes:{route.RouteId}"), mistakes);
        }

        foreach (ClusterConfig cluster in parsed.Clusters)
        {
            Report(await validator.ValidateClusterAsync(cluster), root.Nearest($"ReverseProxy:Clusters:{cluster.ClusterId}"), mistakes);
        }
    }

    private static void Report(IList<Exception> reasons, SettingNode part, MistakeList mistakes)
    {
        foreach (Exception reason in reasons)
        {
            mistakes.Add(PlaceOf(reason.Message, part), Flatten(reason));
        }
    }

    // YARP names the bad value in quotes, not its place.
    private static SettingNode PlaceOf(string message, SettingNode part) =>
        Leaves(part).FirstOrDefault(leaf => leaf.Value!.Length > 0 && message.Contains($"'{leaf.Value}'", StringComparison.Ordinal)) ?? part;

    private static IEnumerable<SettingNode> Leaves(SettingNode node) => node.IsScalar ? [node] : node.Children.SelectMany(Leaves);

    private static string Flatten(Exception reason)
    {
        string text = reason.InnerException is { } inner ? $"{reason.Message} {inner.Message}" : reason.Message;
        return text.ReplaceLineEndings(" ").TrimEnd('.', ' ');
    }
}
