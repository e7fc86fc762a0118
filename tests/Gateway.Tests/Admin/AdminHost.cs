using Gateway.Admin;
using Gateway.Configuration;
using Gateway.Telemetry;
using Gateway.Testing;
using Gateway.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Admin;

/// <summary>The admin API of a host that has nothing else, on a port of its own.</summary>
internal sealed class AdminHost : IAsyncDisposable
{
    private readonly IHost _host;

    private AdminHost(IHost host, CapturedLog log)
    {
        _host = host;
        Log = log;
        Client = new HttpClient { BaseAddress = new Uri(host.Services.GetRequiredService<AdminListener>().Addresses.First()) };
    }

    public HttpClient Client { get; }

    public CapturedLog Log { get; }

    public IHost Host => _host;

    public static async Task<AdminHost> StartAsync(AdminOptions? options = null, Action<IServiceCollection>? more = null)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var log = new CapturedLog(new TextLineFormatter(TimeProvider.System));
        builder.Logging.AddProvider(log).KeepUrlsOut();
        builder.Services.AddGatewayAdmin(options ?? new AdminOptions { Urls = "http://127.0.0.1:0" });
        builder.Services.AddGatewayTelemetry();
        more?.Invoke(builder.Services);
        IHost host = builder.Build();
        await host.StartAsync();
        return new AdminHost(host, log);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.StopAsync();
        _host.Dispose();
    }
}
