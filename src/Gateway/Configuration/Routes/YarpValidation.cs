using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Configuration.Routes;

/// <summary>Asks YARP's own validator about every route and cluster, so that YARP never turns a configuration down later.</summary>
internal sealed class YarpValidation : IAsyncDisposable
{
    private readonly ServiceProvider _yarp;
    private readonly IConfigValidator _validator;

    /// <summary>Sets YARP up: most of what the check takes, and nothing of it depends on the configuration.</summary>
    public YarpValidation()
    {
        var services = new ServiceCollection();
        services.AddLogging().AddAuthorization().AddReverseProxy();
        // Names of CORS policies are checked by a rule that knows the nearest one; here each counts as known.
        services.AddSingleton<ICorsPolicyProvider, AnyCorsPolicy>();
        _yarp = services.BuildServiceProvider();
        _validator = _yarp.GetRequiredService<IConfigValidator>();
    }

    public ValueTask DisposeAsync() => _yarp.DisposeAsync();

    public async Task CheckAsync(IProxyConfig parsed, SettingNode root, MistakeList mistakes)
    {
        foreach (RouteConfig route in parsed.Routes)
        {
            Report(await _validator.ValidateRouteAsync(route), root.Nearest($"ReverseProxy:Routes:{route.RouteId}"), _yarp, mistakes);
        }

        foreach (ClusterConfig cluster in parsed.Clusters)
        {
            Report(await _validator.ValidateClusterAsync(cluster), root.Nearest($"ReverseProxy:Clusters:{cluster.ClusterId}"), _yarp, mistakes);
        }
    }

    private static void Report(IList<Exception> reasons, SettingNode part, IServiceProvider yarp, MistakeList mistakes)
    {
        foreach (Exception reason in reasons)
        {
            SettingNode place = PlaceOf(reason.Message, part);
            IReadOnlyList<string> names = YarpNames.At(place.Path, yarp);
            string? nearest = place.IsScalar ? NearestName.Of(place.Value!, names) : null;
            mistakes.Add(place, Flatten(reason), names.Count == 0 ? null : string.Join(", ", names), nearest);
        }
    }

    // YARP names what is bad, in quotes or after a colon, but not its place. The part's own name says nothing, for it is in every message.
    private static SettingNode PlaceOf(string message, SettingNode part) =>
        Below(part).Where(node => node.Value != part.Key && node.Key != part.Key).FirstOrDefault(node => Names(message, node.Value) || Names(message, node.Key)) ?? part;

    private static bool Names(string message, string? text) =>
        text?.Length > 0
        && (message.Contains($"'{text}'", StringComparison.Ordinal) || message.EndsWith($": {text}", StringComparison.Ordinal));

    private static IEnumerable<SettingNode> Below(SettingNode node) => node.Children.SelectMany(child => Below(child).Prepend(child));

    private static string Flatten(Exception reason)
    {
        string text = reason.InnerException is { } inner ? $"{reason.Message} {inner.Message}" : reason.Message;
        return text.ReplaceLineEndings(" ").TrimEnd('.', ' ');
    }

    private sealed class AnyCorsPolicy : ICorsPolicyProvider
    {
        public Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName) => Task.FromResult<CorsPolicy?>(new CorsPolicy());
    }
}
