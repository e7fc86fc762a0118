using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;
using Gateway.Policies.Sessions.InMemory;
using Gateway.Policies.Sessions.Streams;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

/// <summary>A session policy before an endpoint that answers with the headers it got, on a real socket.</summary>
internal sealed class SessionHost : IAsyncDisposable
{
    private readonly Destination _server;
    private readonly ServiceProvider _services;

    private SessionHost(Destination server, ServiceProvider services, HttpClient client, SessionLookups lookups)
    {
        _server = server;
        _services = services;
        Client = client;
        Lookups = lookups;
    }

    public HttpClient Client { get; }

    /// <summary>Remembers nothing before its trust is regained.</summary>
    public SessionLookups Lookups { get; }

    public required LiveStreams Streams { get; init; }

    public required SessionAdmin Admin { get; init; }

    public Uri Address => Client.BaseAddress!;

    /// <summary>The requests' own objects, in the order of their arrival.</summary>
    public List<GatewayRequest> Seen { get; } = [];

    public static async Task<SessionHost> StartAsync(
        SessionPolicy policy, ISessionStore store, TimeProvider? time = null, IReadOnlyDictionary<string, IReadOnlyList<string>>? require = null, Func<RequestDelegate, RequestDelegate>? before = null, RequestDelegate? answer = null, SessionPolicy? end = null, HttpProtocols protocols = HttpProtocols.Http1)
    {
        ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new SessionMetrics(services.GetRequiredService<IMeterFactory>());
        var lookups = new SessionLookups(store, new PartitionSecret(), metrics, time ?? TimeProvider.System);
        var streams = new LiveStreams(lookups, metrics, TimeProvider.System);
        var admin = new SessionAdmin(store, new LocalSessionEvents(lookups), TimeProvider.System);
        var step = new SessionStep(store, lookups, streams, admin, metrics, time ?? TimeProvider.System, NullLogger<SessionStep>.Instance);
        var route = new RoutePolicies { RouteId = "orders", Session = policy with { Name = "default" }, SessionEnd = end };
        route = require is null ? route : route with { Require = require };
        RequestDelegate pipeline = step.Wrap(route, answer ?? EchoAsync);
        pipeline = before is null ? pipeline : Prefetching(step.Prefetch(route)!, before(pipeline));
        SessionHost? host = null;
        Destination server = await Destination.StartAsync(async context =>
        {
            if (context.Request.Path == "/explain")
            {
                await context.Response.WriteAsync((await step.ExplainAsync(route, context))!.ToJsonString());
                return;
            }

            // Before the answer, which the client may have read before this delegate goes on.
            lock (host!.Seen)
            {
                host.Seen.Add(GatewayRequest.Of(context));
            }

            await pipeline(context);
        }, protocols: protocols);
        // Cookies are the tests' own business.
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1 })
        {
            BaseAddress = new Uri(server.Address),
        };
        return host = new SessionHost(server, services, client, lookups) { Streams = streams, Admin = admin };
    }

    public Task<HttpResponseMessage> GetAsync(string? bearer = null, params (string Name, string Value)[] headers) =>
        SendAsync("/", [.. bearer is null ? [] : new[] { ("Authorization", $"Bearer {bearer}") }, .. headers]);

    public async Task<HttpResponseMessage> SendAsync(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach ((string name, string value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return await Client.SendAsync(request);
    }

    /// <summary>Sends bytes as they are and reads the status of the answer.</summary>
    public async Task<HttpStatusCode> SendRawAsync(byte[] request)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(Address.Host, Address.Port);
        await client.GetStream().WriteAsync(request);
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        string status = await reader.ReadLineAsync() ?? throw new InvalidOperationException("The server closed the connection.");
        return (HttpStatusCode)int.Parse(status.Split(' ')[1], null);
    }

    /// <summary>Begins each request's look-up before a step.</summary>
    public static RequestDelegate Prefetching(Action<HttpContext> prefetch, RequestDelegate step) => context =>
    {
        prefetch(context);
        return step(context);
    };

    /// <summary>The headers that the destination behind the policy received.</summary>
    public static async Task<JsonObject> HeadersAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
    }

    public string? LastOutcome
    {
        get
        {
            lock (Seen)
            {
                return Seen[^1].SessionOutcome;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        await _services.DisposeAsync();
    }

    private static Task EchoAsync(HttpContext context)
    {
        var headers = new JsonObject();
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues value) in context.Request.Headers)
        {
            headers[name.ToLowerInvariant()] = value.ToString();
        }

        return context.Response.WriteAsync(headers.ToJsonString());
    }
}
