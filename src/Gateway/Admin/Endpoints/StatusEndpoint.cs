using System.Text.Json.Nodes;
using Gateway.Configuration;
using Gateway.Configuration.Reload;
using Gateway.Policies.Admission;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Redis;
using Gateway.Telemetry;
using Gateway.Warmup;

namespace Gateway.Admin.Endpoints;

/// <summary><c>GET /api/status</c>: what runs here, which configuration is in force, how Redis is.</summary>
internal sealed class StatusEndpoint(
    SnapshotSource source, Readiness readiness, Func<LiveGateway> self, TimeProvider time, AdmissionGate admission, ILiveGateways? gateways = null, RedisConnections? redis = null, WarmupProgress? warmup = null)
    : IAdminEndpoints
{
    private readonly DateTimeOffset _started = time.GetUtcNow();

    public void Map(IEndpointRouteBuilder admin) => admin.MapGet("/api/status", context => AdminJson.WriteAsync(context, Describe()));

    private JsonObject Describe()
    {
        string? missing = readiness.Missing();
        return new JsonObject
        {
            ["version"] = GatewayVersion.Text,
            ["startedAt"] = _started.ToString("O"),
            ["uptimeSeconds"] = Math.Round((time.GetUtcNow() - _started).TotalSeconds),
            ["ready"] = missing is null,
            ["notReadyBecause"] = missing,
            ["config"] = Config(source.Current),
            ["lastReload"] = Reload(source.LastReload),
            ["admission"] = admission.Limits == AdmissionLimits.None ? null : Admission(),
            ["stores"] = Stores(),
            ["warmup"] = source.Current.Options.Warmup.IsConfigured ? warmup?.Describe() : null,
            ["gateways"] = Gateways(),
            ["redis"] = redis is null ? null : Redis(redis),
        };
    }

    private JsonObject Config(GatewaySnapshot snapshot) => new()
    {
        ["file"] = source.RoutesFile?.Shown,
        ["revision"] = snapshot.Revision,
        ["fingerprint"] = snapshot.Fingerprint,
        ["loadedAt"] = snapshot.LoadedAt.ToString("O"),
        ["inForce"] = source.AppliedRevision >= snapshot.Revision,
        ["routes"] = snapshot.Routes.Count,
        ["clusters"] = snapshot.Clusters.Count,
    };

    private static JsonObject Reload(ReloadStatus reload) => new()
    {
        ["at"] = reload.At.ToString("O"),
        ["succeeded"] = reload.Succeeded,
        ["mistakes"] = new JsonArray([.. reload.Mistakes.Select(mistake => JsonValue.Create(mistake.ToString()))]),
    };

    private JsonObject Admission() => new()
    {
        ["running"] = admission.Running,
        ["maxConcurrentRequests"] = admission.Limits.MaxConcurrentRequests,
        ["queued"] = admission.Queued,
        ["maxQueuedRequests"] = admission.Limits.MaxQueuedRequests,
    };

    private JsonObject Stores() => new()
    {
        ["rateLimits"] = redis is null ? "memory" : "redis",
        ["sessions"] = redis is null ? "memory" : "redis",
        ["cache"] = redis is null ? "memory" : "memory and redis",
    };

    private JsonObject Gateways() => new()
    {
        ["live"] = gateways?.Count ?? 1,
        ["differ"] = gateways?.DifferingFrom(self()) ?? 0,
        ["known"] = new JsonArray([.. (gateways?.Known ?? [self()]).Select(gateway => (JsonNode)new JsonObject
        {
            ["name"] = gateway.Name,
            ["version"] = gateway.Version,
            ["fingerprint"] = gateway.Configuration,
            ["revision"] = gateway.Revision,
            ["startedAt"] = gateway.StartedAt.ToString("O"),
        })]),
    };

    private static JsonObject Redis(RedisConnections redis)
    {
        var told = new JsonObject();
        foreach (RedisLink link in redis.Links)
        {
            told[link.Concern.ToString()] = new JsonObject { ["available"] = link.IsAvailable, ["warm"] = link.IsWarm, ["lastFailure"] = link.LastFailure };
        }

        told["servers"] = new JsonArray([.. redis.Servers.Select(server => (JsonNode)new JsonObject
        {
            ["server"] = server.Server,
            ["version"] = server.Version,
            ["role"] = server.Role,
            ["connectedClients"] = server.ConnectedClients,
            ["usedMemoryBytes"] = server.UsedMemory,
            ["maxMemoryBytes"] = server.MaxMemory,
            ["evictionPolicy"] = server.EvictionPolicy,
            ["evictedKeys"] = server.EvictedKeys,
        })]);
        return told;
    }
}
