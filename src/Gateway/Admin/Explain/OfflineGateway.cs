using System.Text.Json.Nodes;
using Gateway.Configuration;
using Gateway.Configuration.Reload;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;

namespace Gateway.Admin.Explain;

/// <summary>
/// A gateway that is composed but never started: it listens nowhere, runs nothing in the background and tells no other gateway of
/// itself. Redis, where configured and there, is read: limits and sessions are those of the running gateways. Cache entries are not
/// shown: an entry counts only for a gateway that has heard all purges.
/// </summary>
internal sealed class OfflineGateway : IAsyncDisposable
{
    private readonly SnapshotSource _source;
    private readonly WebApplication _app;
    private readonly RouteExplainer _explainer;

    private OfflineGateway(SnapshotSource source, WebApplication app)
    {
        _source = source;
        _app = app;
        _explainer = new RouteExplainer(app.Services, () => [.. ((IEndpointRouteBuilder)app).DataSources]);
    }

    public static async Task<OfflineGateway> ComposeAsync(SnapshotLoader loader, LoadResult read)
    {
        var source = new SnapshotSource(loader, read, TimeProvider.System);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        GatewayServices.Add(builder, source);
        WebApplication app = builder.Build();
        app.Services.GetRequiredService<GatewayPipeline>().Use(app);
        if (app.Services.GetService<RedisConnections>() is { } redis)
        {
            await redis.StartAsync();
            await AdoptSecretAsync(redis, app.Services.GetRequiredService<PartitionSecret>());
        }

        return new OfflineGateway(source, app);
    }

    public Task<JsonObject> ExplainAsync(ExplainRequest request) => _explainer.ExplainAsync(request);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _source.Dispose();
    }

    // Without it, partitions that are hashed would be looked for under another hash than the gateways'.
    private static async Task AdoptSecretAsync(RedisConnections redis, PartitionSecret secret)
    {
        try
        {
            await new SecretAgreement(redis.For(RedisConcern.RateLimits), secret).AdoptAsync();
        }
        catch (StoreUnavailableException)
        {
            // Redis is away: limits and sessions are told as unknown.
        }
    }
}
