using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using Gateway.Configuration;

namespace Gateway.Benchmarks.Configuration;

/// <summary>
/// From the routes file to a checked snapshot: reading, YARP's own validation, policies, rules. What a reload does before it is applied.
/// </summary>
public class ConfigCompile
{
    private string _folder = "";
    private SnapshotLoader _loader = null!;
    private long _revision;

    [Params(10, 1_000, 10_000)]
    public int Routes { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _folder = Directory.CreateTempSubdirectory("gateway-bench-").FullName;
        string file = Path.Combine(_folder, "routes.json");
        await File.WriteAllTextAsync(file, Text().ToJsonString());
        _loader = new SnapshotLoader(new RunOptions { ConfigFile = file }, new Dictionary<string, string>(), _folder, _folder, TimeProvider.System);
        LoadResult first = await _loader.LoadAsync(1, CancellationToken.None);
        if (first.Snapshot?.Routes.Count != Routes)
        {
            throw new InvalidOperationException($"Not loaded: {string.Join(" ", first.Mistakes)}");
        }
    }

    [GlobalCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    [Benchmark]
    public async Task<object?> LoadAsync() => (await _loader.LoadAsync(++_revision, CancellationToken.None)).Snapshot;

    /// <summary>Every route has a limit, a session and a cache of the gateway's named policies; 20 routes share a cluster.</summary>
    private JsonObject Text()
    {
        var routes = new JsonObject();
        var clusters = new JsonObject();
        for (int i = 0; i < Routes; i++)
        {
            string cluster = $"service-{i / 20}";
            clusters[cluster] = JsonNode.Parse("""{ "Destinations": { "a": { "Address": "http://localhost:5001/" } } }""");
            routes[$"route-{i}"] = new JsonObject
            {
                ["ClusterId"] = cluster,
                ["Match"] = new JsonObject { ["Path"] = $"/service-{i}/{{**rest}}" },
                ["RateLimit"] = "per-client",
                ["Session"] = "default",
                ["Cache"] = "catalog",
            };
        }

        return new JsonObject
        {
            ["Gateway"] = JsonNode.Parse(
                """
                {
                  "RateLimits": { "per-client": { "Limit": 100, "Window": "1m", "PartitionBy": "ClientIp" } },
                  "Sessions": { "default": { "Token": [ "Bearer" ], "Forward": { "X-User-Id": "user_id" } } },
                  "Caches": { "catalog": { "Ttl": "30s", "Tags": [ "catalog" ] } }
                }
                """),
            ["ReverseProxy"] = new JsonObject { [nameof(Routes)] = routes, ["Clusters"] = clusters },
        };
    }
}
