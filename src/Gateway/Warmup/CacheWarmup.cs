using Gateway.Admin.Explain;
using Gateway.Configuration;
using Gateway.Configuration.Reload;
using Gateway.Configuration.Routes;
using Gateway.Policies.Redis;

namespace Gateway.Warmup;

/// <summary>
/// Fetches the configured URLs into the cache once the gateway listens, and then as often as configured. Of the gateways that share a
/// Redis one does each round: it takes a lock that is not given back and ends a little before the next round.
/// </summary>
internal sealed partial class CacheWarmup : BackgroundService
{
    /// <summary>Gateways that start within this time of each other leave it to the first.</summary>
    private static readonly TimeSpan StartRound = TimeSpan.FromMinutes(1);

    private readonly IServiceProvider _services;
    private readonly SnapshotSource _source;
    private readonly WarmupProgress _progress;
    private readonly WarmupMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RedisLocks? _locks;
    private readonly Lazy<WarmupRequest> _request;

    public CacheWarmup(
        IServiceProvider services, SnapshotSource source, WarmupProgress progress, WarmupMetrics metrics, TimeProvider time, ILogger<CacheWarmup> logger)
    {
        (_services, _source, _progress, _metrics, _time, _logger) = (services, source, progress, metrics, time, logger);
        _locks = services.GetService<RedisLocks>();
        _request = new Lazy<WarmupRequest>(() => new WarmupRequest(
            services, services.GetRequiredService<GatewayPipeline>(), new RouteMatcher(services, [services.GetRequiredService<EndpointDataSource>()]), time));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await StartedAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            WarmupOptions options = _source.Current.Options.Warmup;
            if (options.IsConfigured)
            {
                await RoundAsync(options, stoppingToken);
            }

            // Without a schedule, it still looks now and then whether a new configuration names URLs.
            await WaitAsync(options, stoppingToken);
        }
    }

    private async Task StartedAsync(CancellationToken cancellation)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration heard = _services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Until the next round is due, or the URLs have changed.</summary>
    private async Task WaitAsync(WarmupOptions done, CancellationToken cancellation)
    {
        long began = _time.GetTimestamp();
        while (!cancellation.IsCancellationRequested && IsSame(done, _source.Current.Options.Warmup) && (done.Every is not { } every || _time.GetElapsedTime(began) < every))
        {
            TimeSpan pause = done.Every is { } next && next - _time.GetElapsedTime(began) is var left && left < TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1);
            await Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, _time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static bool IsSame(WarmupOptions done, WarmupOptions now) => ReferenceEquals(done, now) || EffectiveText.Of(done) == EffectiveText.Of(now);

    private async Task RoundAsync(WarmupOptions options, CancellationToken cancellation)
    {
        try
        {
            if (!await IsMineAsync(options, cancellation))
            {
                _metrics.Round(here: false);
                _progress.LeftTo("elsewhere");
                LogElsewhere();
                return;
            }

            _metrics.Round(here: true);
            await FetchAsync(options, await WarmupList.ReadAsync(options, cancellation), cancellation);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            _progress.LeftTo("failed");
            LogUnreadable(options.File!, unreadable.Message);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The gateway stops.
        }
    }

    private async Task<bool> IsMineAsync(WarmupOptions options, CancellationToken cancellation)
    {
        if (_locks is not { IsAvailable: true })
        {
            return true;
        }

        TimeSpan round = options.Every is { } every ? every * 0.9 : StartRound;
        RedisLock mine = await _locks.CreateLockAsync($"cache-warmup:{EffectiveText.Fingerprint(EffectiveText.Of(options))}", round, cancellation: cancellation);
        return mine.IsAcquired || !_locks.IsAvailable;
    }

    private async Task FetchAsync(WarmupOptions options, IReadOnlyList<string> urls, CancellationToken cancellation)
    {
        long began = _time.GetTimestamp();
        _progress.Begin(urls.Count);
        LogBegun(urls.Count);
        int step = Math.Max(100, urls.Count / 10);
        await Parallel.ForEachAsync(
            urls,
            new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency, CancellationToken = cancellation },
            async (url, cancelled) =>
            {
                (WarmupOutcome outcome, string? problem) = await _request.Value.RunAsync(url, options.Headers, cancelled);
                _progress.Count(outcome, problem);
                _metrics.Url(outcome);
                if (_progress.Done is var done && done % step == 0)
                {
                    LogGoesOn(done, urls.Count);
                }
            });
        _progress.End();
        LogEnded(
            urls.Count, _time.GetElapsedTime(began).TotalSeconds, _progress[WarmupOutcome.Stored], _progress[WarmupOutcome.Fresh],
            _progress[WarmupOutcome.NotStored], _progress[WarmupOutcome.Skipped], _progress[WarmupOutcome.Failed]);
    }

    [LoggerMessage(1100, LogLevel.Information, "Cache warm-up begins: {Urls} URLs")]
    private partial void LogBegun(int urls);

    [LoggerMessage(1101, LogLevel.Information, "Cache warm-up: {Done} of {Urls} URLs done")]
    private partial void LogGoesOn(long done, int urls);

    [LoggerMessage(1102, LogLevel.Information, "Cache warm-up done: {Urls} URLs in {Seconds:0.0} s: {Stored} stored, {Fresh} were fresh, {NotStored} may not be stored, {Skipped} skipped, {Failed} failed")]
    private partial void LogEnded(int urls, double seconds, long stored, long fresh, long notStored, long skipped, long failed);

    [LoggerMessage(1103, LogLevel.Information, "Cache warm-up: another gateway does this round")]
    private partial void LogElsewhere();

    [LoggerMessage(1104, LogLevel.Error, "Cache warm-up: {File}, named by Gateway:Warmup:File, cannot be read ({Reason}); the next round tries again")]
    private partial void LogUnreadable(string file, string reason);
}
