using System.Diagnostics;
using System.Net.Sockets;
using Gateway.Configuration;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gateway.Admin;

/// <summary>
/// The admin API on its own Kestrel, so that neither the proxy's load, its limits nor its middleware are in its way. Register it
/// before the other hosted services: it then answers health checks while they start, and until they have stopped.
/// </summary>
internal sealed partial class AdminListener(IServiceProvider gateway, AdminOptions options, ILoggerFactory loggers) : IHostedService, IAsyncDisposable
{
    private const long LargestBody = 64 * 1024;

    private readonly ILogger _logger = loggers.CreateLogger<AdminListener>();
    private WebApplication? _app;

    /// <summary>The addresses it listens on, with the real port where the setting said 0. Empty before the start.</summary>
    public IReadOnlyCollection<string> Addresses { get; private set; } = [];

    /// <exception cref="AdminListenException">An address is wrong, taken, or open to the network without a token.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<AdminAddress> addresses = AdminAddress.Read(options.Urls, !string.IsNullOrEmpty(options.Token));
        _app = Build(addresses);
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or SocketException or InvalidOperationException)
        {
            string reason = InUse(failure) ? "another process listens there" : failure.Message;
            throw new AdminListenException(
                $"The admin API cannot listen on {options.Urls}: {reason}. Change Gateway:Admin:Urls (or --admin-urls), for example to http://127.0.0.1:9081.",
                failure);
        }

        Addresses = [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
        LogListening(string.Join(", ", Addresses));
    }

    public Task StopAsync(CancellationToken cancellationToken) => _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private static bool InUse(Exception? failure) =>
        failure is not null
        && (failure is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }
            || failure.Message.Contains("address already in use", StringComparison.OrdinalIgnoreCase)
            || InUse(failure.InnerException));

    private WebApplication Build(IReadOnlyList<AdminAddress> addresses)
    {
        // Empty: nothing of the proxy's environment, settings or command line must leak into this listener.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Restrict).UseUrls([.. addresses.Select(address => address.Url)]);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<ILoggerFactory>(new ServerLoggers(loggers));
        builder.Services.AddSingleton<IHostLifetime, SharedLifetime>();

        // Paths here may hold session tokens: admin requests are not traced.
        builder.Services.AddSingleton(new ActivitySource("Admin"));
        WebApplication app = builder.Build();
        app.UseMiddleware<AdminErrors>(loggers);
        app.UseMiddleware<AdminGuard>(options);
        app.UseRouting();
        foreach (IAdminEndpoints group in gateway.GetServices<IAdminEndpoints>())
        {
            group.Map(app);
        }

        return app;
    }

    private static void Restrict(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = LargestBody;
        kestrel.Limits.MaxConcurrentConnections = 256;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
    }

    [LoggerMessage(510, LogLevel.Information, "Admin API on {Addresses}")]
    private partial void LogListening(string addresses);
}
