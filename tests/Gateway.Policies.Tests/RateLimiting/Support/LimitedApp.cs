using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Policies.Access;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;
using Gateway.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Policies.Tests.RateLimiting.Support;

/// <summary>A real server on loopback: deny lists, limits, a session check that believes <c>X-Test-User</c>, limits, a destination.</summary>
internal sealed class LimitedApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LimitedApp(WebApplication app, RoutePolicies route)
    {
        _app = app;
        Route = route;
        Uri address = new(app.Urls.Single());
        Port = address.Port;
        Client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = address };
    }

    public HttpClient Client { get; }

    public int Port { get; }

    public RoutePolicies Route { get; }

    public IServiceProvider Services => _app.Services;

    public GatewayRequest? LastRequest { get; private set; }

    public static async Task<LimitedApp> StartAsync(
        RoutePolicies route, RequestDelegate? destination = null, TimeProvider? time = null, RedisLink? redis = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(Listen);
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddAccessLists().AddRateLimiting();
        if (redis is not null)
        {
            builder.Services.UseRedisForRateLimits(_ => redis);
        }

        WebApplication app = builder.Build();
        LimitedApp? started = null;
        RequestDelegate after = Step(app, LimitStage.AfterSession).Wrap(route, destination ?? (context => context.Response.WriteAsync("hello")));
        RequestDelegate all = Step(app, LimitStage.BeforeSession).Wrap(route, context => CheckSessionAsync(context, route, after));
        all = app.Services.GetRequiredService<AccessStep>().Wrap(route, all);
        app.Run(context =>
        {
            started!.LastRequest = GatewayRequest.Of(context);
            return all(context);
        });
        await app.StartAsync();
        return started = new LimitedApp(app, route);
    }

    /// <summary>Waits until the store counts: on a busy machine the gateways' first word with Redis may come too late for its patience.</summary>
    public async Task<LimitedApp> CountingAsync()
    {
        await Eventually.TrueAsync(() => Services.GetRequiredService<IPermitStore>().IsAvailable, TimeSpan.FromSeconds(60));
        return this;
    }

    public static IPolicyStep Step(LimitedApp app, LimitStage stage) => Step(app._app, stage);

    public Task<HttpResponseMessage> GetAsync(string path = "/", params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, headers);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Client.SendAsync(request);
    }

    /// <summary>Sends bytes as they are and reads until the server closes; for what an HTTP client would not send.</summary>
    public async Task<string> SendRawAsync(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        NetworkStream stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    private static void Listen(KestrelServerOptions kestrel)
    {
        kestrel.Listen(IPAddress.Loopback, 0);
        kestrel.Limits.MaxRequestHeadersTotalSize = 1 << 20;
        kestrel.Limits.MaxRequestHeaderCount = 20_000;
    }

    private static IPolicyStep Step(WebApplication app, LimitStage stage) => app.Services.GetRequiredKeyedService<IPolicyStep>(stage);

    private static Task CheckSessionAsync(HttpContext context, RoutePolicies route, RequestDelegate next)
    {
        string? user = context.Request.Headers["X-Test-User"];
        if (route.Session is not null && user is null)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        GatewayRequest.Of(context).Session = user is null ? null : new TestSession(user);
        return next(context);
    }

    private sealed class TestSession(string user) : RequestSession
    {
        public override UInt128 Id => (uint)user.Sum(letter => letter);

        public override string? User => user;

        public override string? Field(string name) => name == "plan" ? user switch { "ada" => "pro", "bob" => "basic", _ => null } : null;
    }
}
