using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Gateway.Testing;
using Gateway.Tests.EndToEnd;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Tests.RateLimiting;

/// <summary>Three gateways as processes on one Redis, and a destination that notes what comes through.</summary>
internal sealed class Siege : IAsyncDisposable
{
    public const int SmallLimit = 20;
    public const int HotLimit = 600;
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Admission>> _admissions = new();
    private readonly List<GatewayProcess> _gateways = [];
    private Destination _destination = null!;
    private RoutesFile _file = null!;

    public RedisDeployment Redis { get; private set; } = null!;

    public IReadOnlyList<GatewayProcess> Gateways => _gateways;

    public IEnumerable<string> Addresses => _gateways.Select(gateway => gateway.Address);

    public int Admitted => _admissions.Values.Sum(key => key.Count);

    /// <param name="gateways">How many to start.</param>
    /// <param name="redis">Theirs, and disposed with the siege; null: one server of its own.</param>
    public static async Task<Siege> BeginAsync(int gateways, RedisDeployment? redis = null)
    {
        var siege = new Siege { Redis = redis ?? await RedisStandalone.StartAsync() };
        siege._destination = await Destination.StartAsync(siege.NoteAsync);
        siege._file = new RoutesFile($$"""
            {
              "Gateway": {
                "Redis": { "Connection": "{{siege.Redis.Connection}}", "Deadline": "5s" },
                "RateLimits": {
                  "small": { "Limit": {{SmallLimit}}, "Window": "1s", "PartitionBy": "Header:{{Adversary.KeyField}}", "WhenRedisFails": "closed" },
                  "hot": { "Limit": {{HotLimit}}, "Window": "1s", "PartitionBy": "Global", "WhenRedisFails": "closed" }
                }
              },
              "ReverseProxy": {
                "Routes": {
                  "small": { "RateLimit": "small", "ClusterId": "api", "Match": { "Path": "/small" } },
                  "hot": { "RateLimit": "hot", "ClusterId": "api", "Match": { "Path": "/hot" } }
                },
                "Clusters": { "api": { "Destinations": { "a": { "Address": "{{siege._destination.Address}}" } } } }
              }
            }
            """);
        for (int i = 0; i < gateways; i++)
        {
            await siege.ReinforceAsync();
        }

        return siege;
    }

    /// <summary>Starts one more gateway.</summary>
    public async Task<GatewayProcess> ReinforceAsync()
    {
        GatewayProcess gateway = await GatewayProcess.StartAsync(_file);
        _gateways.Add(gateway);
        return gateway;
    }

    /// <summary>Of admissions that were decided after this moment.</summary>
    public int AdmittedSince(long moment) => _admissions.Values.Sum(key => key.Count(admission => admission.Sent > moment));

    /// <summary>No window of any partition has seen more than so many times the limit of what <paramref name="among"/> picks.</summary>
    public void AssertLimitsHeld(Func<Admission, bool>? among = null, int times = 1)
    {
        foreach ((string key, ConcurrentQueue<Admission> admissions) in _admissions)
        {
            int densest = Windows.Densest(admissions.Where(admission => among is null || among(admission)), Window);
            int limit = times * (key.Length == 0 ? HotLimit : SmallLimit);
            Assert.True(densest <= limit, $"A window of partition '{key}' saw {densest} requests; {limit} are allowed.");
        }
    }

    /// <summary>The densest window of a partition; "" is the hot one.</summary>
    public int Densest(string key) => _admissions.TryGetValue(key, out ConcurrentQueue<Admission>? admissions) ? Windows.Densest(admissions, Window) : 0;

    /// <summary>Sums a counter over all gateways, from their metrics.</summary>
    /// <param name="metric">The beginning of its lines.</param>
    public async Task<double> CountAsync(string metric)
    {
        double sum = 0;
        foreach (GatewayProcess gateway in _gateways.Where(gateway => !gateway.HasExited))
        {
            using var admin = new HttpClient { BaseAddress = new Uri(gateway.Admin) };
            string text = await admin.GetStringAsync("/metrics");
            sum += text.Split('\n').Where(line => line.StartsWith(metric, StringComparison.Ordinal))
                .Sum(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
        }

        return sum;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (GatewayProcess gateway in _gateways)
        {
            await gateway.DisposeAsync();
        }

        await _destination.DisposeAsync();
        await Redis.DisposeAsync();
        _file.Dispose();
    }

    private Task NoteAsync(HttpContext context)
    {
        var admission = new Admission(
            long.Parse(context.Request.Headers[Adversary.SentField].ToString(), CultureInfo.InvariantCulture), Stopwatch.GetTimestamp());
        _admissions.GetOrAdd(context.Request.Headers[Adversary.KeyField].ToString(), _ => new ConcurrentQueue<Admission>()).Enqueue(admission);
        return context.Response.WriteAsync("ok");
    }
}
