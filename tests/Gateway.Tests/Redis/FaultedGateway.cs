using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Redis;

/// <summary>A gateway whose limits, sessions and cache live in one Redis deployment behind relays.</summary>
internal sealed class FaultedGateway : IAsyncDisposable
{
    private readonly Destination _api;
    private readonly RoutesFile _file;
    private readonly HttpClient _admin;
    private int _urls;

    private FaultedGateway(RedisDeployment? redis, Destination api, RoutesFile file, GatewayProcess process)
    {
        _api = api;
        _file = file;
        Redis = redis!;
        Process = process;
        _admin = new HttpClient { BaseAddress = new Uri(process.Admin) };
    }

    public RedisDeployment Redis { get; }

    public GatewayProcess Process { get; }

    public static async Task<FaultedGateway> StartAsync(RedisDeployment? redis, string deadline = "200ms", string more = "", string? connection = null)
    {
        Destination api = await Destination.StartAsync(context =>
        {
            context.Response.Headers.CacheControl = "max-age=600";
            return context.Response.WriteAsync("answer");
        });
        var file = new RoutesFile(Settings(connection ?? redis!.Connection, api.Address, deadline, more));
        return new FaultedGateway(redis, api, file, await GatewayProcess.StartAsync(file, "--set", "Logging:LogLevel:Gateway.Access=Warning"));
    }

    /// <summary>A request to one of the routes <c>limits</c>, <c>strict</c>, <c>lenient</c> (sessions), <c>cache</c> and <c>counted</c>.</summary>
    public async Task<HttpResponseMessage> SendAsync(string route, string token, string client = "any")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/{route}/{Interlocked.Increment(ref _urls)}");
        request.Headers.Authorization = route is "strict" or "lenient" ? new("Bearer", token) : null;
        request.Headers.Add("X-Client", client);
        return await Process.Client.SendAsync(request);
    }

    /// <summary>The permits left to a client of 100 an hour, after one more.</summary>
    public async Task<int> CountAsync(string client)
    {
        using HttpResponseMessage response = await SendAsync("counted", "", client);
        return int.Parse(response.Headers.GetValues("X-RateLimit-Remaining").Single(), CultureInfo.InvariantCulture);
    }

    /// <summary>A new session's token.</summary>
    public async Task<string> SignInAsync()
    {
        string? token = null;
        await Eventually.TrueAsync(
            async () =>
            {
                using HttpResponseMessage created = await _admin.PostAsJsonAsync("/api/sessions", new { policy = "strict", user_id = "u1", ttl = "1h" });
                token = created.IsSuccessStatusCode ? (string)(await created.Content.ReadFromJsonAsync<JsonNode>())!["token"]! : null;
                return token is not null;
            },
            TimeSpan.FromSeconds(30),
            "a new session");
        return token!;
    }

    /// <summary>Waits until the gateway has seen a session, which it may then serve while Redis is away.</summary>
    public Task UntilSeenAsync(string token) => Eventually.TrueAsync(
        async () =>
        {
            using HttpResponseMessage response = await SendAsync("lenient", token);
            return response.IsSuccessStatusCode;
        },
        TimeSpan.FromSeconds(30),
        "a session that is known");

    /// <summary>True when every one of these concerns is available, or none is.</summary>
    public async Task<bool> AreAsync(bool available, IEnumerable<string> concerns)
    {
        JsonNode redis = (await _admin.GetFromJsonAsync<JsonNode>("/api/status"))!["redis"]!;
        return concerns.All(concern => (bool)redis[concern]!["available"]! == available);
    }

    /// <summary>What the gateway says of Redis, for messages.</summary>
    public async Task<string> DescribeAsync() => $"{(await _admin.GetFromJsonAsync<JsonNode>("/api/status"))!["redis"]}";

    /// <summary>Calls of Redis for limits so far: those that were begun, and those that were not since the circuit was open. Probes are none.</summary>
    public async Task<(long Begun, long Skipped)> CallsForLimitsAsync()
    {
        string[] metrics = (await _admin.GetStringAsync("/metrics")).Split('\n');
        return (Sum("gateway_redis_calls_seconds_count{concern=\"rate_limits\""), Sum("gateway_redis_errors_total{concern=\"rate_limits\",outcome=\"skipped\""));

        long Sum(string name) => metrics.Where(line => line.StartsWith(name, StringComparison.Ordinal)).Sum(line => long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
    }

    public async Task PurgeAsync(object what)
    {
        using HttpResponseMessage purged = await _admin.PostAsJsonAsync("/api/cache/purge", what);
        purged.EnsureSuccessStatusCode();
    }

    /// <summary>A whole response, as text.</summary>
    public async Task<string> AnswerAsync(string route, string token)
    {
        using HttpResponseMessage response = await SendAsync(route, token);
        return $"{response}\n{await response.Content.ReadAsStringAsync()}\n";
    }

    /// <summary>Everything the gateway says: its log and each page of the admin listener.</summary>
    public async Task<string> TellAllAsync() => string.Join(
        '\n', [Process.Output, .. await Task.WhenAll(((string[])["/api/status", "/api/config", "/api/routes", "/metrics", "/healthz/ready"]).Select(_admin.GetAsync).Select(ReadAsync))]);

    /// <summary>Entries that stand in Redis for all gateways.</summary>
    public async Task<int> SharedEntriesAsync() =>
        (await Task.WhenAll(Redis.Servers.Where(server => server.IsRunning).Select(server => server.AskAsync("KEYS gw:c:*")))).Sum(keys => keys.Count(letter => letter == '\n'));

    /// <summary>Log lines that say this, so far.</summary>
    public int LinesWith(string text) => Process.Output.Split('\n').Count(line => line.Contains(text, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await Process.DisposeAsync();
        await _api.DisposeAsync();
        _file.Dispose();
    }

    private static async Task<string> ReadAsync(Task<HttpResponseMessage> answering)
    {
        using HttpResponseMessage answer = await answering;
        return await answer.Content.ReadAsStringAsync();
    }

    private static string Settings(string redis, string api, string deadline, string more) => $$"""
        {
          "Gateway": {
            "Redis": { {{more}} "Connection": "{{redis}}", "Deadline": "{{deadline}}" },
            "Sessions": { "strict": {}, "lenient": { "WhenRedisFails": "stale" } },
            "RateLimits": { "counted": { "Limit": 100, "Window": "1h", "PartitionBy": "Header:X-Client" } }
          },
          "ReverseProxy": {
            "Routes": {
              "limits": { "ClusterId": "api", "Match": { "Path": "/limits/{**rest}" }, "RateLimit": { "Limit": 100000, "Window": "1m" } },
              "counted": { "ClusterId": "api", "Match": { "Path": "/counted/{**rest}" }, "RateLimit": "counted" },
              "strict": { "ClusterId": "api", "Match": { "Path": "/strict/{**rest}" }, "Session": "strict" },
              "lenient": { "ClusterId": "api", "Match": { "Path": "/lenient/{**rest}" }, "Session": "lenient" },
              "cache": { "ClusterId": "api", "Match": { "Path": "/cache/{**rest}" }, "Cache": {} }
            },
            "Clusters": { "api": { "Destinations": { "a": { "Address": "{{api}}" } } } }
          }
        }
        """;
}
