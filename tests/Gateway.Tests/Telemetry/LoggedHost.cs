using System.Net;
using Gateway.Forwarding;
using Gateway.Hosting;
using Gateway.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Telemetry;

/// <summary>A small Kestrel application behind the access log, whose entries are kept as the formatter wrote them.</summary>
internal sealed class LoggedHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LoggedHost(WebApplication app, CapturedLog log)
    {
        _app = app;
        Log = log;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public CapturedLog Log { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<LoggedHost> StartAsync(bool json, RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var log = new CapturedLog(json ? new JsonLines(TimeProvider.System) : new TextLines(TimeProvider.System));
        builder.Logging.AddProvider(log).KeepUrlsOut();
        builder.Services.AddGatewayTelemetry();
        builder.Services.AddSingleton<ErrorAnswers>();
        builder.Services.AddSingleton<ForwardStep>();
        WebApplication app = builder.Build();
        app.UseMiddleware<OutermostMiddleware>();
        app.Run(answer);
        await app.StartAsync();
        return new LoggedHost(app, log);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
