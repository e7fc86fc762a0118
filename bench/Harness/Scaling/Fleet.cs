using System.Globalization;
using Harness.Measuring;
using Harness.Servers;

namespace Harness.Scaling;

/// <summary>Several gateways with one Redis, and what a load costs it.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private const int Connections = 64;
    private const string QuestionsMetric = "gateway_ratelimit_store_calls_total";
    private readonly HttpClient _admin = new();
    private readonly List<RunningGateway> _gateways = [];
    private readonly int _redis;

    private Fleet(int redis) => _redis = redis;

    /// <summary>Patient with Redis: on a machine whose cores all share, what is measured is the cost.</summary>
    public static async Task<Fleet> StartAsync(Site site, string routes, int gateways, params string[] options)
    {
        var fleet = new Fleet(site.RedisPort);
        for (int i = 0; i < gateways; i++)
        {
            fleet._gateways.Add(await site.RunGatewayAsync(routes, "gateway", ["--set", "Gateway:Redis:Deadline=2s", .. options]));
        }

        return fleet;
    }

    /// <summary>Asks the first gateway for a few seconds; says how often.</summary>
    public async Task<long> FillAsync(Load load) => (await Wrk.RunAsync(_gateways[0].Server, load, seconds: 2, seed: 1)).Requests;

    /// <summary>Loads all gateways at once, the connections shared out among them.</summary>
    public async Task<RedisUse> LoadAsync(Load load, double seconds, int seed)
    {
        double idle = await IdleAsync(seconds);
        Counts before = await CountAsync();
        Load each = load with { Connections = Connections / _gateways.Count };
        Sample[] samples = await Task.WhenAll(_gateways.Select((gateway, index) => Wrk.RunAsync(gateway.Server, each, seconds, (seed * 10) + index)));
        Counts after = await CountAsync();
        double requests = samples.Sum(static sample => sample.Requests);
        return new RedisUse(
            samples.Sum(static sample => sample.Rate),
            (after.Questions - before.Questions) / requests,
            (after.Calls - before.Calls) / requests,
            (after.Reads - before.Reads) / requests,
            Math.Max(0, after.Microseconds - before.Microseconds - idle) / requests);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RunningGateway gateway in _gateways)
        {
            await gateway.DisposeAsync();
        }

        _admin.Dispose();
    }

    /// <summary>What Redis takes for being asked what it took, and without a load for as long.</summary>
    private async Task<double> IdleAsync(double seconds)
    {
        Counts first = await CountAsync();
        Counts second = await CountAsync();
        await Task.Delay(TimeSpan.FromSeconds(1));
        Counts third = await CountAsync();
        double asking = second.Microseconds - first.Microseconds;
        return asking + (seconds * Math.Max(0, third.Microseconds - second.Microseconds - asking));
    }

    private async Task<Counts> CountAsync() => new(
        await QuestionsAsync(),
        await Seeding.CommandsAsync(_redis, "evalsha"),
        await Seeding.CommandsAsync(_redis, "pttl"),
        await Seeding.ProcessorMicrosecondsAsync(_redis));

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

    private readonly record struct Counts(double Questions, double Calls, double Reads, double Microseconds);
}
