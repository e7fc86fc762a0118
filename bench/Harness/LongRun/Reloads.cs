using System.Globalization;
using Harness.Servers;

namespace Harness.LongRun;

/// <summary>Saves another routes file every few seconds and looks whether it came into effect.</summary>
internal sealed class Reloads(RunningGateway gateway, Site site, HttpClient client, Tally tally)
{
    private const int FirstLimit = 100_000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>A reload takes a second at most; a busy machine is given more.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(4);

    public int Count { get; private set; }

    public static string First(Site site) => Questions.Routes(site, FirstLimit);

    public async Task RunAsync(CancellationToken ending)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(ending))
            {
                int limit = FirstLimit + (++Count % 2);
                await File.WriteAllTextAsync(gateway.RoutesFile, Questions.Routes(site, limit), CancellationToken.None);
                await Task.Delay(Look, ending);
                await CheckAsync(limit);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private async Task CheckAsync(int limit)
    {
        using HttpResponseMessage response = await client.GetAsync(new Uri("/nostore", UriKind.Relative), CancellationToken.None);
        string shown = string.Concat(response.Headers.TryGetValues("X-RateLimit-Limit", out IEnumerable<string>? values) ? values : []);
        if (shown != limit.ToString(CultureInfo.InvariantCulture))
        {
            tally.Wrong($"reload {Count}: the limit is {shown}, not {limit}, {Look.TotalSeconds} s after the file was saved");
        }
    }
}
