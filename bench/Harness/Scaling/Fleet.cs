using System.Globalization;
using Harness.Measuring;
using Harness.Servers;

namespace Harness.Scaling;

/// <summary>Several gateways with one Redis, and what a load costs it.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private const int Connections = 64;
    private const string QuestionsMetric = "gateway_ratelimit_store_calls_total";
    private readonly HttpClient _admin = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly List<RunningGateway> _gateways = [];
    private readonly IReadOnlyList<Server> _shards;
    private Idle? _idle;

    private Fleet(IReadOnlyList<Server> shards) => _shards = shards;

    /// <summary>Patient with Redis: on a machine whose cores all share, what is measured is the cost.</summary>
    /// <param name="site">Where the routes lead.</param>
    /// <param name="shards">One primary, or those of a Cluster.</param>
    /// <param name="routes">A routes file.</param>
    /// <param name="gateways">How many.</param>
    /// <param name="options">More of the gateway's.</param>
    public static async Task<Fleet> StartAsync(Site site, IReadOnlyList<Server> shards, string routes, int gateways, params string[] options)
    {
        var fleet = new Fleet(shards);
        string connection = string.Join(',', shards.Select(static shard => $"127.0.0.1:{shard.Port}"));
        try
        {
            for (int i = 0; i < gateways; i++)
            {
                fleet._gateways.Add(await site.RunGatewayAsync(
                    routes, "gateway", ["--set", "Gateway:Redis:Deadline=2s", "--set", $"Gateway:Redis:Connection={connection}", .. options]));
            }

            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks the first gateway for a few seconds; says how often.</summary>
    /// <exception cref="InvalidOperationException">It answered nothing.</exception>
    public async Task<long> FillAsync(Load load) => Answered(await Wrk.RunAsync(_gateways[0].Server, load, seconds: 2, seed: 1));

    /// <summary>Loads all gateways for so long, or two seconds, before anything counts: a cold one may answer nothing in its first.</summary>
    public Task WarmAsync(Load load, double seconds) => AskAsync(load, Math.Max(seconds, 2), seed: 1);

    /// <summary>Loads all gateways at once, the connections shared out among them.</summary>
    /// <exception cref="InvalidOperationException">One answered nothing.</exception>
    public async Task<RedisUse> LoadAsync(Load load, double seconds, int seed)
    {
        Idle idle = _idle ??= await IdleAsync();
        double asked = await QuestionsAsync();
        RedisCounts[] before = await CountAsync();
        Sample[] samples = await AskAsync(load, seconds, seed);
        RedisCounts[] after = await CountAsync();
        double requests = samples.Sum(static sample => Answered(sample));
        return new RedisUse(
            samples.Sum(static sample => sample.Rate),
            (await QuestionsAsync() - asked) / requests,
            [.. after.Select((shard, index) => Use(shard - before[index], idle.Asking[index] + (seconds * idle.PerSecond[index]), requests))],
            samples.Sum(static sample => sample.Cpu * sample.Requests) / requests);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_gateways.Select(static gateway => gateway.DisposeAsync().AsTask()));
        _admin.Dispose();
    }

    private static long Answered(in Sample sample) =>
        sample.Requests > 0 ? sample.Requests : throw new InvalidOperationException("a gateway answered nothing");

    private Task<Sample[]> AskAsync(Load load, double seconds, int seed)
    {
        Load each = load with { Connections = Connections / _gateways.Count };
        return Task.WhenAll(_gateways.Select((gateway, index) => Wrk.RunAsync(gateway.Server, each, seconds, (seed * 10) + index)));
    }

    private static ShardUse Use(RedisCounts counts, double idle, double requests) =>
        new(counts.Calls / requests, counts.Reads / requests, Math.Max(0, counts.Microseconds - idle) / requests);

    private async Task<Idle> IdleAsync()
    {
        RedisCounts[] first = await CountAsync();
        RedisCounts[] second = await CountAsync();
        await Task.Delay(TimeSpan.FromSeconds(1));
        RedisCounts[] third = await CountAsync();
        double[] asking = [.. second.Select((shard, index) => (shard - first[index]).Microseconds)];
        return new Idle(asking, [.. third.Select((shard, index) => Math.Max(0, (shard - second[index]).Microseconds - asking[index]))]);
    }

    private Task<RedisCounts[]> CountAsync() => Task.WhenAll(_shards.Select(static shard => RedisNode.CountAsync(shard.Port)));

    private async Task<double> QuestionsAsync()
    {
        double questions = 0;
        foreach (RunningGateway gateway in _gateways)
        {
            string metrics = await _admin.GetStringAsync(new Uri(gateway.AdminUrl + "/metrics"));
            questions += metrics.Split('\n').Where(static line => line.StartsWith(QuestionsMetric, StringComparison.Ordinal))
                .Sum(static line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));
        }

        return questions;
    }

    /// <summary>What each primary takes without a load, in microseconds: for being asked what it took, and a second.</summary>
    private sealed record Idle(double[] Asking, double[] PerSecond);
}
