using System.Net;
using Gateway.Admin;
using Gateway.Configuration;
using Gateway.Configuration.Reload;
using Gateway.Policies.Access;
using Gateway.Policies.Admission;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Redis;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.RouteBinding;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;
using Gateway.Telemetry;
using Gateway.Testing;
using Gateway.Tests.Configuration;
using Gateway.Tests.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gateway.Tests.Admin;

/// <summary>The admin API of a small gateway: the real rooms on memory or Redis, YARP's endpoints, every port of its own.</summary>
internal sealed class AdminHost : IAsyncDisposable
{
    public const string Json = """
        {
          "Gateway": {
            "Deny": "Header:X-Api-Key=hunter2-denied",
            "Allow": [ "Header:X-Api-Key=hunter2-allowed", "192.0.2.0/24" ],
            "RateLimits": {
              "per-client": { "Limit": 100, "Window": "1m" },
              "per-path": { "Limit": 10, "Window": "1m", "PartitionBy": [ "Path", "Header:X-Key" ] },
              "per-user": { "Limit": 50, "Window": "1h", "PartitionBy": "User" }
            },
            "Caches": { "catalog": { "Ttl": "30s", "Tags": [ "catalog" ] } },
            "Sessions": { "default": { "Token": [ "Bearer", "Cookie:sid" ], "Sliding": "30m" } }
          },
          "ReverseProxy": {
            "Routes": {
              "catalog": { "ClusterId": "api", "Match": { "Path": "/catalog/{**rest}", "Methods": [ "GET" ] }, "RateLimit": [ "per-client", "per-path" ], "Cache": "catalog" },
              "orders": { "ClusterId": "api", "Match": { "Path": "/orders/{**rest}" }, "RateLimit": [ "per-user", "per-client" ], "Session": "default",
                          "Transforms": [ { "PathRemovePrefix": "/orders" }, { "RequestHeader": "X-Api-Key", "Set": "hunter2-transform" } ] },
              "hooks": { "ClusterId": "api", "Match": { "Path": "/hooks", "Headers": [ { "Name": "X-Hook-Key", "Values": [ "hunter2-match" ] } ] }, "RateLimit": { "Limit": 3, "Window": "10s" } }
            },
            "Clusters": { "api": { "Destinations": { "a": { "Address": "http://127.0.0.1:9/" } }, "Metadata": { "ApiSecret": "hunter2-metadata" } } }
          }
        }
        """;

    private readonly WebApplication _app;
    private readonly RoutesFile _file;

    private AdminHost(WebApplication app, RoutesFile file, CapturedLog log)
    {
        _app = app;
        _file = file;
        Log = log;
        Url = app.Services.GetRequiredService<AdminListener>().Addresses.First();
        Client = new HttpClient { BaseAddress = new Uri(Url) };
    }

    public HttpClient Client { get; }

    public string Url { get; }

    public CapturedLog Log { get; }

    public WebApplication Host => _app;

    public IServiceProvider Services => _app.Services;

    public RoutesFile File => _file;

    public static async Task<AdminHost> StartAsync(
        AdminOptions? options = null, Action<IServiceCollection>? more = null, string? redis = null, string json = Json)
    {
        var file = new RoutesFile(json);
        var environment = new Dictionary<string, string>();
        if (redis is not null)
        {
            environment["Gateway__Redis__Connection"] = redis;
        }

        (WebApplication app, CapturedLog log) = await BuildAsync(Loading.Loader(file, environment: environment), options, more);
        await app.StartAsync();
        return new AdminHost(app, file, log);
    }

    /// <summary>A gateway that is composed but does not listen.</summary>
    public static async Task<(WebApplication App, CapturedLog Log)> BuildAsync(SnapshotLoader loader, AdminOptions? options = null, Action<IServiceCollection>? more = null)
    {
        LoadResult first = await loader.LoadAsync(1, CancellationToken.None);
        Assert.True(first.IsValid, string.Join('\n', first.Mistakes));
        var source = new SnapshotSource(loader, first, TimeProvider.System);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var log = new CapturedLog(new TextLines(TimeProvider.System));
        builder.Logging.AddProvider(log).KeepUrlsOut();
        builder.Services.AddGatewayAdmin(options ?? new AdminOptions { Urls = "http://127.0.0.1:0" });
        builder.AddGatewayConfiguration(source);
        builder.Services.AddGatewayTelemetry().AddAccessLists().AddAdmission().AddRateLimiting().AddSessions().AddResponseCache();
        builder.Services.AddReverseProxy();
        if (source.Current.Options.Redis.Connection is not null)
        {
            AddRedis(builder.Services, source.Current.Options.Redis);
        }

        more?.Invoke(builder.Services);
        WebApplication app = builder.Build();
        app.MapReverseProxy().WithPolicies(Compose(app.Services));
        return (app, log);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _file.Dispose();
    }

    private static void AddRedis(IServiceCollection services, RedisOptions options)
    {
        services.AddSingleton(gateway => new RedisConnections(options, gateway.GetRequiredService<TimeProvider>(), gateway.GetRequiredService<ILoggerFactory>()));
        services.AddHostedService<ConnectFirst>();
        services.UseRedisForRateLimits(gateway => gateway.GetRequiredService<RedisConnections>().For(RedisConcern.RateLimits));
        services.UseRedisSessions();
        services.UseRedisResponseCache();
    }

    private static Func<RoutePolicies, RequestDelegate, RequestDelegate> Compose(IServiceProvider services) => (route, next) =>
        services.GetRequiredKeyedService<IPolicyStep>(LimitStage.BeforeSession).Wrap(
            route,
            services.GetRequiredService<SessionStep>().Wrap(
                route,
                services.GetRequiredKeyedService<IPolicyStep>(LimitStage.AfterSession).Wrap(route, services.GetRequiredService<CachingStep>().Wrap(route, next))));

    private sealed class ConnectFirst(RedisConnections redis) : Microsoft.Extensions.Hosting.IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => redis.StartAsync();

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
