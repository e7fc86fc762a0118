using System.Collections.Concurrent;
using System.Net;
using Gateway.Configuration;
using Gateway.Configuration.Reload;
using Gateway.Policies.RouteBinding;
using Gateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gateway.Tests.Configuration;

/// <summary>Requests while the configuration changes: a real YARP host, a real destination, a real file.</summary>
public sealed class ReloadUnderLoadTests
{
    [Fact]
    public async Task Reload_UnderLoad_LosesNoRequestAndMixesNoSnapshots()
    {
        await using Destination destination = await Destination.StartAsync(context => context.Response.WriteAsync("ok"));
        using var file = new RoutesFile(Json(destination, 1));
        await using WebApplication gateway = await StartAsync(file);
        using var client = new HttpClient { BaseAddress = new Uri(gateway.Urls.First()) };
        var seen = new ConcurrentDictionary<string, int>();
        using var done = new CancellationTokenSource();

        Task[] callers = [.. Enumerable.Range(0, 8).Select(_ => CallAsync(client, seen, done.Token))];
        SnapshotSource source = gateway.Services.GetRequiredService<SnapshotSource>();
        await UntilAsync(() => seen.ContainsKey("200 1 1"), "version 1", seen);
        for (int version = 2; version <= 8; version++)
        {
            file.Replace(Json(destination, version));
            await UntilAsync(() => source.AppliedRevision == version && seen.ContainsKey($"200 {version} {version}"), $"version {version}", seen);
        }

        await done.CancelAsync();
        await Task.WhenAll(callers);
        Assert.Equal(Enumerable.Range(1, 8).Select(version => $"200 {version} {version}"), seen.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(8, source.Current.Revision);
        Assert.Equal("Information", gateway.Configuration["Logging:LogLevel:Version8"]);
    }

    // The version is in a transform of the route (YARP's side) and in a limit (the policies' side); both come back as header fields.
    private static string Json(Destination destination, int version) => $$"""
        {
          "Logging": { "LogLevel": { "Version{{version}}": "Information" } },
          "Gateway": { "RateLimits": { "per-client": { "Limit": {{version}}, "Window": "1m" } } },
          "ReverseProxy": {
            "Routes": {
              "api": {
                "ClusterId": "api", "Match": { "Path": "/{**rest}" }, "RateLimit": "per-client",
                "Transforms": [ { "ResponseHeader": "X-Route", "Set": "{{version}}" } ]
              }
            },
            "Clusters": { "api": { "Destinations": { "a": { "Address": "{{destination.Address}}" } } } }
          }
        }
        """;

    private static async Task<WebApplication> StartAsync(RoutesFile file)
    {
        SnapshotLoader loader = Loading.Loader(file);
        var source = new SnapshotSource(loader, await loader.LoadAsync(1, CancellationToken.None), TimeProvider.System);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.AddGatewayConfiguration(source);
        // Not the configuration's own address, which may be in use.
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddReverseProxy();
        WebApplication gateway = builder.Build();
        gateway.MapReverseProxy().WithPolicies((policies, next) => context =>
        {
            context.Response.Headers["X-Policies"] = $"{policies.RateLimits[0].Limit}";
            return next(context);
        });
        await gateway.StartAsync();
        return gateway;
    }

    private static async Task CallAsync(HttpClient client, ConcurrentDictionary<string, int> seen, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            using HttpResponseMessage response = await client.GetAsync("/any", CancellationToken.None);
            string outcome = $"{(int)response.StatusCode} {Header(response, "X-Route")} {Header(response, "X-Policies")}";
            seen.AddOrUpdate(outcome, 1, (_, count) => count + 1);
        }
    }

    private static string Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.Single() : "none";

    private static async Task UntilAsync(Func<bool> holds, string what, ConcurrentDictionary<string, int> seen)
    {
        for (int attempt = 0; !holds(); attempt++)
        {
            Assert.True(attempt < 1000, $"No {what}. Seen: {string.Join(", ", seen.Keys)}");
            await Task.Delay(10);
        }
    }
}
