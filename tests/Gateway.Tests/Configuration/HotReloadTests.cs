using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Gateway.Configuration.Reload;
using Xunit;

namespace Gateway.Tests.Configuration;

public sealed class HotReloadTests
{
    [Fact]
    public void Watcher_LooksOftenEnough_ToApplyAChangeWithinASecond() =>
        Assert.True((RoutesFileWatcher.Period * RoutesFileWatcher.Thorough) + RoutesFileWatcher.Settle < TimeSpan.FromMilliseconds(800));

    [Fact]
    public async Task Watcher_FileWrittenInPlace_IsApplied()
    {
        await using WatchedConfig config = await WatchedConfig.StartAsync();

        config.File.Write(WatchedConfig.Json(2));

        await config.UntilLimitAsync(2);
        Assert.Equal(2, config.Source.Current.Revision);
    }

    [Fact]
    public async Task Watcher_FileRenamedOver_IsApplied()
    {
        await using WatchedConfig config = await WatchedConfig.StartAsync();

        config.File.Replace(WatchedConfig.Json(2));

        await config.UntilLimitAsync(2);
    }

    [Fact]
    public async Task Watcher_FileReplacedByOneOfTheSameSizeAndTime_IsApplied()
    {
        await using WatchedConfig config = await WatchedConfig.StartAsync();
        DateTime written = File.GetLastWriteTimeUtc(config.Path);
        string beside = config.Path + ".new";
        await File.WriteAllTextAsync(beside, WatchedConfig.Json(2));
        File.SetLastWriteTimeUtc(beside, written);

        File.Move(beside, config.Path, overwrite: true);

        await config.UntilLimitAsync(2);
    }

    [Fact]
    public async Task Watcher_FileMovedAwayThenWrittenAnew_IsApplied()
    {
        // As vim saves with "backupcopy=no".
        await using WatchedConfig config = await WatchedConfig.StartAsync();

        File.Move(config.Path, config.Path + "~");
        await File.WriteAllTextAsync(config.Path, WatchedConfig.Json(2));

        await config.UntilLimitAsync(2);
        Assert.False(config.Log.Has("Error"), config.Log.ToString());
    }

    [Fact]
    public async Task Watcher_DirectoryLinkSwapped_IsApplied()
    {
        // As Kubernetes updates a mounted ConfigMap: routes.json -> ..data/routes.json, ..data -> a folder with a date for a name.
        await using WatchedConfig config = await WatchedConfig.StartAsync(file =>
        {
            string folder = Path.GetDirectoryName(file.Path)!;
            Directory.CreateDirectory(Path.Combine(folder, "..2026_01"));
            File.Copy(file.Path, Path.Combine(folder, "..2026_01", "mounted.json"));
            Directory.CreateSymbolicLink(Path.Combine(folder, "..data"), "..2026_01");
            File.CreateSymbolicLink(Path.Combine(folder, "mounted.json"), Path.Combine("..data", "mounted.json"));
            return Path.Combine(folder, "mounted.json");
        });
        string folder = Path.GetDirectoryName(config.Path)!;
        Directory.CreateDirectory(Path.Combine(folder, "..2026_02"));
        await File.WriteAllTextAsync(Path.Combine(folder, "..2026_02", "mounted.json"), WatchedConfig.Json(2));

        Directory.CreateSymbolicLink(Path.Combine(folder, "..data_tmp"), "..2026_02");
        // rename(2), which replaces the link in one step; the framework has no call for it.
        using Process move = Process.Start("mv", ["-T", Path.Combine(folder, "..data_tmp"), Path.Combine(folder, "..data")]);
        await move.WaitForExitAsync();

        await config.UntilLimitAsync(2);
    }

    [Fact]
    public async Task Watcher_BrokenFile_ChangesNothingAndSaysWhere()
    {
        await using WatchedConfig config = await WatchedConfig.StartAsync();

        config.File.Write(WatchedConfig.Json(2).Replace("\"1m\"", "\"soon\"", StringComparison.Ordinal));
        await config.UntilAsync(() => config.Log.Has("routes.json:2:71  Gateway:RateLimits:per-client:Window"), "mistake in the log");

        Assert.False(config.Source.LastReload.Succeeded);
        Assert.Equal((1, 1), (config.Source.Current.Revision, config.Limit));
        Assert.Equal((2, 71), (config.Source.LastReload.Mistakes[0].Origin.Line, config.Source.LastReload.Mistakes[0].Origin.Column));

        config.File.Write(WatchedConfig.Json(3));
        await config.UntilLimitAsync(3);
        Assert.True(config.Source.LastReload.Succeeded);
        Assert.Equal(2, config.Source.Current.Revision);
    }

    [Fact]
    public async Task Watcher_FileKnownFromTheStart_IsReadAgainOnlyOnceItChanged()
    {
        await using WatchedConfig config = await WatchedConfig.StartAsync(isKnown: true);

        config.File.Write(WatchedConfig.Json(2));
        await config.UntilLimitAsync(2);

        Assert.Equal(2, config.Source.Current.Revision);
        Assert.False(config.Log.Has("is unchanged"), config.Log.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{ \"Gateway\": ")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task Watcher_HalfWrittenFile_ChangesNothing(string text)
    {
        await using WatchedConfig config = await WatchedConfig.StartAsync();

        config.File.Write(text);
        await config.UntilAsync(() => !config.Source.LastReload.Succeeded, "failed reload");

        Assert.Equal(1, config.Limit);
        Assert.Equal("1", config.Source.Current.Settings["Gateway:RateLimits:per-client:Limit"]);
    }

    [Fact]
    public async Task Watcher_FileMissing_KeepsTheLastGoodAndComesBack()
    {
        await using WatchedConfig config = await WatchedConfig.StartAsync();

        File.Delete(config.Path);
        await config.UntilAsync(() => config.Log.Has("does not exist"), "report of the missing file");
        Assert.Equal(1, config.Limit);

        config.File.Write(WatchedConfig.Json(2));
        await config.UntilLimitAsync(2);
    }

    [Fact]
    public async Task Watcher_SameSettingsWrittenDifferently_KeepTheRevision()
    {
        await using WatchedConfig config = await WatchedConfig.StartAsync();
        DateTimeOffset first = config.Source.LastReload.At;

        config.File.Write("// A comment.\n" + WatchedConfig.Json(1));
        await config.UntilAsync(() => config.Source.LastReload.At > first, "reload");

        Assert.Equal(1, config.Source.Current.Revision);
    }

    [Fact]
    public async Task Watcher_StormOfSaves_EndsWithTheLastAndSeesNothingHalf()
    {
        await using WatchedConfig config = await WatchedConfig.StartAsync();
        ConcurrentQueue<long> seen = new();
        config.Source.Replaced += (_, next) => seen.Enqueue(next.Policies["api"].RateLimits[0].Limit);

        for (int limit = 2; limit <= 200; limit++)
        {
            string json = WatchedConfig.Json(limit);
            if (limit % 3 == 0)
            {
                config.File.Replace(json);
            }
            else
            {
                config.File.Write(json[..(json.Length / 2)]);
                config.File.Write(json);
            }

            await Task.Delay(5);
        }

        await config.UntilLimitAsync(200);
        Assert.Equal(seen.Order(), seen);
        Assert.Equal(config.Source.Current.Revision, seen.Count + 1);
    }

    [Fact]
    public async Task Reload_SettingReadAtStart_SaysThatARestartIsNeeded()
    {
        await using WatchedConfig config = await WatchedConfig.StartAsync();

        config.File.Write(WatchedConfig.Json(2, "\"Redis\": { \"Connection\": \"localhost:6379,password=hunter2\" },"));
        await config.UntilAsync(() => config.Log.Has("only after a restart: Gateway:Redis:Connection"), "warning");

        Assert.False(config.Log.Has("hunter2"));
    }

    [Fact]
    public async Task Metrics_BrokenReload_ShowItBesideTheRevisionInForce()
    {
        await using WatchedConfig config = await WatchedConfig.StartAsync();
        var values = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == ConfigMetrics.MeterName && instrument.Meter.Scope == config.Get<IMeterFactory>())
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => values[tags.Length == 0 ? instrument.Name : $"{instrument.Name} {tags[0].Value}"] = value);
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => values[instrument.Name] = value);
        listener.Start();

        config.File.Write(WatchedConfig.Json(2));
        await config.UntilLimitAsync(2);
        config.File.Write("{");
        await config.UntilAsync(() => values.ContainsKey("gateway.config.reloads rejected"), "count of the rejected reload");
        listener.RecordObservableInstruments();

        Assert.Equal((2, 0, 1, 1), (values["gateway.config.revision"], values["gateway.config.last_reload_success"], values["gateway.config.routes"], values["gateway.config.reloads applied"]));
    }
}
