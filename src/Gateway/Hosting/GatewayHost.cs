using System.Text;
using Gateway.Configuration;
using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Reload;
using Gateway.Forwarding;
using Gateway.Hosting.Tls;
using Gateway.Telemetry;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;

namespace Gateway.Hosting;

/// <summary>Builds the gateway and runs it until it is told to stop.</summary>
internal static partial class GatewayHost
{
    private const int CannotStart = 1;

    /// <summary>Returns 0 after an orderly end; 1, with the reason on the error output, when the gateway cannot start.</summary>
    public static async Task<int> RunAsync(RunOptions options, CancellationToken cancellation)
    {
        SocketCompletions.RunInline();
        SnapshotLoader loader = SnapshotLoader.ForProcess(options, TimeProvider.System);
        // Made beside the reading: the framework's own part of a host depends on none of our settings. Its files, which it would watch, are not read.
        Task<WebApplicationBuilder> builder = Task.Run(static () => WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]), CancellationToken.None);
        FileIdentity? file = loader.RoutesFile is { } location ? FileIdentity.Of(location.Path, known: null) : null;
        LoadResult first = await loader.LoadAsync(1, cancellation);
        await MistakeText.WriteAsync(first.Mistakes, Console.Error);
        if (!first.IsValid)
        {
            return CannotStart;
        }

        using var snapshots = new SnapshotSource(loader, first, TimeProvider.System) { FileAtStart = file };
        if (await RunAsync(options, snapshots, builder, cancellation) is { } failure)
        {
            await Console.Error.WriteLineAsync($"gateway: cannot start: {failure}");
            return CannotStart;
        }

        return 0;
    }

    /// <summary>Null after an orderly end, else why the gateway did not start.</summary>
    private static async Task<string?> RunAsync(RunOptions options, SnapshotSource snapshots, Task<WebApplicationBuilder> builder, CancellationToken cancellation)
    {
        var log = new StartLog();
        try
        {
            await using WebApplication app = Build(await builder, options, snapshots, log);
            await app.StartAsync(cancellation);
            log.Started();
            await app.WaitForShutdownAsync(cancellation);
            return null;
        }
        // Operators read the reason, not a stack trace: an address that is taken, a certificate that cannot be read.
        catch (Exception failure) when (!log.HasStarted && StartFailure.Explain(failure, snapshots.Current) is not null)
        {
            return StartFailure.Explain(failure, snapshots.Current);
        }
    }

    private static WebApplication Build(WebApplicationBuilder builder, RunOptions options, SnapshotSource snapshots, StartLog log)
    {
        // The snapshot decides: it has the file, the environment and the command line in it, checked. Below it lie variables such as OTEL_….
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddEnvironmentVariables();
        builder.Logging.ClearProviders();
        builder.Logging.AddGatewayLogging(options.Log is LogFormat.Json);
        GatewayServices.Add(builder, snapshots);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        log.Quieten(builder.Logging);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Services.AddTls();
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, snapshots.Current));
        if (snapshots.Current.Settings.TryGetValue("Urls", out string? urls) && urls is not null)
        {
            builder.WebHost.UseUrls(urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        }

        WebApplication app = builder.Build();
        // Now, so that a certificate that cannot be used ends the start before anything listens.
        _ = app.Services.GetRequiredService<TlsSetup>();
        app.Services.GetRequiredService<GatewayPipeline>().Use(app);
        LogStores(app.Logger, snapshots.Current.Options.Redis.IsConfigured ? "in Redis" : "in this process: Gateway:Redis:Connection (or REDIS_URL) is not set, so nothing is shared with other gateways");
        return app;
    }

    private static void Configure(KestrelServerOptions kestrel, GatewaySnapshot snapshot)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = snapshot.Options.MaxRequestBody.Bytes;
        // Header bytes 0x80–0xFF pass unchanged (RFC 9110 §5.5, obs-text).
        kestrel.RequestHeaderEncodingSelector = static name => name == HeaderNames.Connection ? ConnectionField.Instance : Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
    }

    [LoggerMessage(2, LogLevel.Information, "Limits, sessions and cache are kept {Where}")]
    private static partial void LogStores(ILogger logger, string where);
}
