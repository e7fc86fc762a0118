using Yarp.ReverseProxy.Configuration;

namespace Peers;

/// <summary><c>MapReverseProxy</c> and nothing else: what any YARP gateway stands on.</summary>
internal static class BareYarp
{
    public static async Task<int> RunAsync(string address, string destination)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "all", Match = new RouteMatch { Path = "/{**rest}" } }],
            [new ClusterConfig { ClusterId = "all", Destinations = new Dictionary<string, DestinationConfig> { ["a"] = new() { Address = destination } } }]);
        WebApplication app = builder.Build();
        app.MapReverseProxy();
        await app.RunAsync();
        return 0;
    }
}
