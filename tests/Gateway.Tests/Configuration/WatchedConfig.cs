using System.Diagnostics;
using Gateway.Configuration;
using Gateway.Configuration.Reload;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gateway.Tests.Configuration;

/// <summary>A routes file that is really watched, and what the watcher says about it.</summary>
internal sealed class WatchedConfig : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private ServiceProvider? _services;
    private RoutesFileWatcher? _watcher;

    private WatchedConfig(RoutesFile file, string path) => (File, Path) = (file, path);

    public RoutesFile File { get; }

    /// <summary>The path that is watched; a link to the file in some tests.</summary>
    public string Path { get; }

    public SnapshotSource Source => _services!.GetRequiredService<SnapshotSource>();

    public LogLines Log { get; } = new();

    /// <summary>The limit of the route, which tells the tests' configurations apart.</summary>
    public long Limit => Source.Current.Policies["api"].RateLimits[0].Limit;

    public static string Json(long limit, string more = "") => $$"""
        {
          "Gateway": { {{more}} "RateLimits": { "per-client": { "Limit": {{limit}}, "Window": "1m" } } },
          "ReverseProxy": {
            "Routes": { "api": { "ClusterId": "api", "Match": { "Path": "/{**rest}" }, "RateLimit": "per-client" } },
            "Clusters": { "api": { "Destinations": { "a": { "Address": "http://localhost:5001/" } } } }
          }
        }
        """;

    /// <param name="link">Makes the path to watch from the file's own; null to watch the file itself.</param>
    /// <param name="isKnown">The watcher is told which file was loaded, so that its first look need not read it again.</param>
    public static async Task<WatchedConfig> StartAsync(Func<RoutesFile, string>? link = null, bool isKnown = false)
    {
        var file = new RoutesFile(Json(1));
        var watched = new WatchedConfig(file, link?.Invoke(file) ?? file.Path);
        string folder = System.IO.Path.GetDirectoryName(watched.Path)!;
        var loader = new SnapshotLoader(
            new RunOptions { ConfigFile = watched.Path }, new Dictionary<string, string>(), folder, folder, TimeProvider.System);
        var source = new SnapshotSource(loader, await loader.LoadAsync(1, CancellationToken.None), TimeProvider.System)
        {
            FileAtStart = isKnown ? FileIdentity.Of(watched.Path, known: null) : null,
        };
        watched._services = new ServiceCollection()
            .AddMetrics()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(watched.Log))
            .AddSingleton(TimeProvider.System)
            .AddSingleton(source)
            .AddSingleton<ConfigMetrics>()
            .AddSingleton<Reloader>()
            .AddSingleton<RoutesFileWatcher>()
            .BuildServiceProvider();
        watched._watcher = watched._services.GetRequiredService<RoutesFileWatcher>();
        await watched._watcher.StartAsync(CancellationToken.None);
        if (!isKnown)
        {
            await watched.UntilAsync(() => watched.Log.Has("is unchanged"), "the first look");
        }

        return watched;
    }

    public T Get<T>()
        where T : notnull => _services!.GetRequiredService<T>();

    public Task UntilLimitAsync(long limit) => UntilAsync(() => Limit == limit, $"limit {limit}");

    public async Task UntilAsync(Func<bool> holds, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Deadline, $"No {what} within {Deadline}. The log:\n{Log}");
            await Task.Delay(10);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _watcher!.StopAsync(CancellationToken.None);
        await _services!.DisposeAsync();
        File.Dispose();
    }
}
