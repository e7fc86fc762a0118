using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Gateway.Tests.RateLimiting;

/// <summary>
/// A client that tries to get more than its limits through several gateways: bursts at the edges of windows, a flood on a partition
/// that is denied, one hot partition, and many small ones.
/// </summary>
internal sealed class Adversary : IDisposable
{
    public const string SentField = "X-Sent";
    public const string KeyField = "X-Key";
    private const int Burst = 12;
    private readonly HttpClient[] _gateways;
    private readonly Random _random;
    private readonly TimeSpan _window;
    private int _admitted;
    private int _rejected;

    public Adversary(IEnumerable<string> gateways, TimeSpan window, int seed)
    {
        _gateways = [.. gateways.Select(address => new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(20) })];
        _window = window;
        _random = new Random(seed);
    }

    public int Admitted => _admitted;

    public int Rejected => _rejected;

    /// <summary>Attacks until the time is over. A gateway that is not there is passed over.</summary>
    public async Task AttackAsync(TimeSpan duration)
    {
        using var end = new CancellationTokenSource(duration);
        await AttackAsync(end.Token);
    }

    /// <summary>Attacks until it is told to stop.</summary>
    public async Task AttackAsync(CancellationToken end)
    {
        await Task.WhenAll(
            WhileAsync(BurstAtEdgeAsync),
            WhileAsync(() => SendAsync("/small", "flood")),
            WhileAsync(() => SendAsync("/hot", "")),
            WhileAsync(() => SendAsync("/hot", "")),
            WhileAsync(() => SendAsync("/small", $"small-{Next(500)}")));

        async Task WhileAsync(Func<Task> attack)
        {
            while (!end.IsCancellationRequested)
            {
                await attack();
            }
        }
    }

    public void Dispose() => Array.ForEach(_gateways, gateway => gateway.Dispose());

    /// <summary>Half of a burst just before a window of the clock ends, half just after the next has begun.</summary>
    private async Task BurstAtEdgeAsync()
    {
        double window = _window.TotalSeconds;
        double past = Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency % window;
        await Task.Delay(TimeSpan.FromSeconds(Math.Max(0, window - past - 0.02)));
        await BurstAsync();
        await Task.Delay(20);
        await BurstAsync();
    }

    private Task BurstAsync() => Task.WhenAll(Enumerable.Range(0, Burst).Select(_ => SendAsync("/small", "edge")));

    private async Task SendAsync(string path, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add(KeyField, key);
        request.Headers.Add(SentField, Stopwatch.GetTimestamp().ToString(CultureInfo.InvariantCulture));
        try
        {
            using HttpResponseMessage response = await _gateways[Next(_gateways.Length)].SendAsync(request);
            Interlocked.Add(ref _admitted, response.StatusCode == HttpStatusCode.OK ? 1 : 0);
            Interlocked.Add(ref _rejected, response.StatusCode == HttpStatusCode.TooManyRequests ? 1 : 0);
        }
        catch (Exception gone) when (gone is HttpRequestException or TaskCanceledException)
        {
            // The gateway was killed; another takes its place.
            await Task.Delay(10);
        }
    }

    private int Next(int below)
    {
        lock (_random)
        {
            return _random.Next(below);
        }
    }
}
