using System.Net;
using System.Net.WebSockets;
using Gateway.Policies.Sessions;
using Gateway.Policies.Sessions.InMemory;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

/// <summary>Server-sent events on a real socket, whose session ends while they flow.</summary>
public sealed class LiveStreamTests
{
    private readonly InMemorySessionStore _store = new(TimeProvider.System);
    private readonly SessionPolicy _policy = new() { Name = "default", EndStreams = true };

    /// <summary>Streams whose first bytes have come: their session was found.</summary>
    private int _flowing;

    [Fact]
    public async Task Stream_SessionIsRevoked_IsCutOff()
    {
        await using SessionHost host = await StartAsync(_policy, "text/event-stream; charset=utf-8");
        string token = (await host.Admin.CreateAsync(_policy, [], TimeSpan.FromHours(1))).Token;
        string other = (await host.Admin.CreateAsync(_policy, [], TimeSpan.FromHours(1))).Token;
        Task<bool> cut = ReadAsync(host, token);
        Task<bool> goesOn = ReadAsync(host, other);
        await Eventually.TrueAsync(() => Volatile.Read(ref _flowing) == 2);

        await Eventually.TrueAsync(async () =>
        {
            await host.Admin.RevokeAsync(_policy, token);
            return cut.IsCompleted;
        });

        Assert.True(await cut);
        Assert.False(goesOn.IsCompleted);
    }

    [Fact]
    public async Task Stream_SessionEndedByItself_IsCutOffAtTheNextLook()
    {
        await using SessionHost host = await StartAsync(_policy, "text/event-stream");
        string token = (await host.Admin.CreateAsync(_policy, [], TimeSpan.FromHours(1))).Token;
        Task<bool> cut = ReadAsync(host, token);
        await Eventually.TrueAsync(() => Volatile.Read(ref _flowing) == 1);
        await _store.DeleteAsync($"session:{token}", new());

        await Eventually.TrueAsync(async () =>
        {
            await host.Streams.CheckAllAsync();
            return cut.IsCompleted;
        });

        Assert.True(await cut);
    }

    [Theory]
    [InlineData(true, "application/octet-stream")]
    [InlineData(false, "text/event-stream")]
    public async Task Response_IsNoStreamOrNotAsked_GoesOn(bool endStreams, string type)
    {
        SessionPolicy policy = _policy with { EndStreams = endStreams };
        await using SessionHost host = await StartAsync(policy, type);
        string token = (await host.Admin.CreateAsync(policy, [], TimeSpan.FromHours(1))).Token;
        using HttpRequestMessage request = Request(token);
        using HttpResponseMessage response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using Stream body = await response.Content.ReadAsStreamAsync();
        byte[] buffer = new byte[1024];
        Assert.True(await body.ReadAsync(buffer) > 0);

        await host.Admin.RevokeAsync(policy, token);
        await host.Streams.CheckAllAsync();

        Assert.True(await body.ReadAsync(buffer) > 0);
        Assert.True(await body.ReadAsync(buffer) > 0);
    }

    [Fact]
    public async Task Stream_RedisIsAway_GoesOn()
    {
        var store = new ScriptedStore { Answer = () => Task.FromResult<SessionRead?>(new(SessionReadKind.Found, "{}"u8.ToArray())) };
        await using SessionHost host = await StartAsync(_policy, "text/event-stream");
        await using SessionHost scripted = await SessionHost.StartAsync(_policy, store, answer: Events("text/event-stream"));
        Task<bool> cut = ReadAsync(scripted, "any");
        await Eventually.TrueAsync(() => scripted.Seen.Count == 1 && store.Reads == 1);
        store.Answer = () => Task.FromResult<SessionRead?>(null);

        await Eventually.TrueAsync(async () =>
        {
            await scripted.Streams.CheckAllAsync();
            scripted.Lookups.Forget("session:any");
            return store.Reads >= 3;
        });
        Assert.False(cut.IsCompleted);

        store.Answer = () => Task.FromResult<SessionRead?>(new(SessionReadKind.Missing));
        await Eventually.TrueAsync(async () =>
        {
            await scripted.Streams.CheckAllAsync();
            return cut.IsCompleted;
        });
        Assert.True(await cut);
    }

    [Fact]
    public async Task WebSocket_OverHttp2_IsClosedWithTheReason()
    {
        await using SessionHost host = await SessionHost.StartAsync(_policy, _store, protocols: HttpProtocols.Http2, answer: async context =>
        {
            await using Stream line = await context.Features.GetRequiredFeature<IHttpExtendedConnectFeature>().AcceptAsync();
            await line.WriteAsync((byte[])[0x81, 0x02, (byte)'h', (byte)'i']);
            await line.FlushAsync();
            while (await line.ReadAsync(new byte[64]) > 0)
            {
            }
        });
        string token = (await host.Admin.CreateAsync(_policy, [], TimeSpan.FromHours(1))).Token;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler());
        await socket.ConnectAsync(new UriBuilder(host.Address) { Scheme = "ws" }.Uri, invoker, patience.Token);
        byte[] buffer = new byte[64];
        Assert.Equal(2, (await socket.ReceiveAsync(buffer, patience.Token)).Count);

        await host.Admin.RevokeAsync(_policy, token);
        WebSocketReceiveResult closed = await socket.ReceiveAsync(buffer, patience.Token);
        Assert.Equal((WebSocketMessageType.Close, WebSocketCloseStatus.PolicyViolation), (closed.MessageType, closed.CloseStatus));
    }

    private static HttpRequestMessage Request(string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        return request;
    }

    /// <summary>Reads until the stream breaks off; true when it did, false when it ended as if it were whole.</summary>
    private async Task<bool> ReadAsync(SessionHost host, string token)
    {
        try
        {
            using HttpRequestMessage request = Request(token);
            using HttpResponseMessage response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await using Stream body = await response.Content.ReadAsStreamAsync();
            byte[] buffer = new byte[1024];
            for (bool first = true; await body.ReadAsync(buffer) > 0; first = false)
            {
                _ = first ? Interlocked.Increment(ref _flowing) : 0;
            }

            return false;
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return true;
        }
    }

    private Task<SessionHost> StartAsync(SessionPolicy policy, string type) => SessionHost.StartAsync(policy, _store, answer: Events(type));

    private static RequestDelegate Events(string type) => async context =>
    {
        context.Response.ContentType = type;
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.WriteAsync("data: tick\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(20, context.RequestAborted);
        }
    };
}
