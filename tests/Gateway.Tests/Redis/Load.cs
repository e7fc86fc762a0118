using System.Collections.Concurrent;
using System.Diagnostics;

namespace Gateway.Tests.Redis;

/// <summary>Callers of every policy, until stopped: a few hundred requests a second, so that waiting is Redis's doing and not the machine's.</summary>
internal sealed class Load : IAsyncDisposable
{
    private static readonly string[] Routes = ["limits", "strict", "lenient", "cache"];
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private readonly ConcurrentQueue<Told> _told = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _callers;

    public Load(FaultedGateway gateway, string token, int callersOfEach = 2)
    {
        _callers = [.. Routes.SelectMany(route => Enumerable.Range(0, callersOfEach).Select(_ => CallAsync(gateway, route, token)))];
    }

    public int Count => _told.Count;

    /// <summary>Ends it and gives everything that was told.</summary>
    public async Task<IReadOnlyList<Told>> StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_callers);
        return [.. _told];
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task CallAsync(FaultedGateway gateway, string route, string token)
    {
        while (!_stop.IsCancellationRequested)
        {
            long began = Stopwatch.GetTimestamp();
            using HttpResponseMessage response = await gateway.SendAsync(route, token);
            _told.Enqueue(new Told(route, response.StatusCode, Stopwatch.GetElapsedTime(began), response.Headers.RetryAfter is not null));
            await Task.Delay(Pause, CancellationToken.None);
        }
    }
}
