using System.Diagnostics;
using System.Globalization;
using Harness.Servers;

namespace Harness.LongRun;

/// <summary>Notes how the gateway is, period after period.</summary>
internal sealed class Observer(RunningGateway gateway, Tally tally, RedisOutage outage, TimeSpan period)
{
    private const string HeapMetric = "dotnet_gc_last_collection_heap_size_bytes";

    public List<Moment> Moments { get; } = [];

    public async Task RunAsync(CancellationToken ending)
    {
        using var client = new HttpClient();
        using var timer = new PeriodicTimer(period);
        long begun = Stopwatch.GetTimestamp();
        bool disturbed = false;
        try
        {
            while (await timer.WaitForNextTickAsync(ending))
            {
                double[] latencies = tally.TakeLatencies();
                double heap = await HeapAsync(client);
                Moments.Add(new Moment(
                    Stopwatch.GetElapsedTime(begun).TotalSeconds,
                    latencies.Length,
                    Percentile(latencies, 0.5),
                    Percentile(latencies, 0.99),
                    gateway.Server.ResidentBytes() / 1048576.0,
                    heap / 1048576,
                    disturbed || outage.MayShow));
                disturbed = outage.MayShow;
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private static double Percentile(double[] sorted, double part) => sorted.Length == 0 ? 0 : sorted[(int)((sorted.Length - 1) * part)];

    /// <summary>Bytes of all generations together.</summary>
    private async Task<double> HeapAsync(HttpClient client)
    {
        string metrics = await client.GetStringAsync(new Uri(gateway.AdminUrl + "/metrics"));
        return metrics.Split('\n')
            .Where(static line => line.StartsWith(HeapMetric, StringComparison.Ordinal))
            .Sum(static line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));
    }
}
