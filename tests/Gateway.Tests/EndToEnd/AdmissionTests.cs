using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Tests.EndToEnd;

/// <summary>A gateway that takes on one request at a time, with one place in its queue, before a destination that answers when told.</summary>
public sealed class AdmissionTests : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _held = new();
    private Destination _api = null!;
    private RoutesFile _file = null!;
    private GatewayProcess _gateway = null!;
    private HttpClient _admin = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await Destination.StartAsync(AnswerAsync, webSockets: true);
        _file = new RoutesFile(Json(slots: 1));
        _gateway = await GatewayProcess.StartAsync(_file);
        _admin = new HttpClient { BaseAddress = new Uri(_gateway.Admin) };
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _gateway.DisposeAsync();
        await _api.DisposeAsync();
        _file.Dispose();
    }

    [Fact]
    public async Task Full_NewRequest_IsShedWith503ThatNamesTheKind()
    {
        Task<HttpResponseMessage> inWork = await SendAsync("/hold/1");
        Task<HttpResponseMessage> waiting = await QueueAsync("/hold/2");

        using HttpResponseMessage shed = await _gateway.Client.GetAsync("/hold/3");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, shed.StatusCode);
        Assert.Equal("application/problem+json", shed.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(await shed.Content.ReadAsStringAsync())!;
        Assert.Equal("https://iana.org/assignments/http-problem-types#temporary-reduced-capacity", (string)problem["type"]!);
        Assert.Equal(60, shed.Headers.RetryAfter?.Delta?.TotalSeconds);
        Assert.DoesNotContain("GET /hold/3", _api.Requests);
        Assert.Equal(HttpStatusCode.OK, (await _admin.GetAsync("/healthz/ready")).StatusCode);

        Release("/hold/1");
        Release("/hold/2");
        Assert.Equal(HttpStatusCode.OK, (await inWork).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await waiting).StatusCode);
        string metrics = await _admin.GetStringAsync("/metrics");
        Assert.Contains("outcome=\"full\"", metrics, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => _gateway.Output.Contains("admission=full", StringComparison.Ordinal) && _gateway.Output.Contains("admission=queued", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Full_RequestOfAHigherPriority_DisplacesTheOneThatWaits()
    {
        Task<HttpResponseMessage> inWork = await SendAsync("/hold/1");
        Task<HttpResponseMessage> low = await QueueAsync("/hold/low");
        Task<HttpResponseMessage> high = _gateway.Client.GetAsync("/vip/high");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await low).StatusCode);
        // Another of the same importance finds no place.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _gateway.Client.GetAsync("/vip/more")).StatusCode);

        Release("/hold/1");
        Release("/vip/high");
        Assert.Equal(HttpStatusCode.OK, (await inWork).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await high).StatusCode);
        Assert.DoesNotContain("GET /hold/low", _api.Requests);
    }

    [Fact]
    public async Task Queued_ClientLeaves_FreesThePlace()
    {
        Task<HttpResponseMessage> inWork = await SendAsync("/hold/1");
        using var leave = new CancellationTokenSource();
        Task<HttpResponseMessage> left = await QueueAsync("/hold/2", leave.Token);

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await QueuedAsync(0);
        Task<HttpResponseMessage> next = await QueueAsync("/hold/3");

        Release("/hold/1");
        Release("/hold/3");
        Assert.Equal(HttpStatusCode.OK, (await inWork).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await next).StatusCode);
        Assert.DoesNotContain("GET /hold/2", _api.Requests);
    }

    [Fact]
    public async Task Reload_MoreSlots_ServesWhoWaits_AndNoLimitAdmitsAll()
    {
        Task<HttpResponseMessage> inWork = await SendAsync("/hold/1");
        Task<HttpResponseMessage> waiting = await QueueAsync("/hold/2");

        await File.WriteAllTextAsync(_file.Path, Json(slots: 2));
        await Eventually.TrueAsync(() => _api.Requests.Contains("GET /hold/2"));

        await File.WriteAllTextAsync(_file.Path, Json(slots: null));
        await Eventually.TrueAsync(async () => JsonNode.Parse(await _admin.GetStringAsync("/api/status"))!["admission"] is null);
        Task<HttpResponseMessage>[] more = [await SendAsync("/hold/3"), await SendAsync("/hold/4"), await SendAsync("/hold/5")];

        foreach (int i in (int[])[1, 2, 3, 4, 5])
        {
            Release($"/hold/{i}");
        }

        Assert.All(await Task.WhenAll([inWork, waiting, .. more]), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    [Fact]
    public async Task WebSocket_WhileOpen_HoldsItsSlot()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using (var socket = new ClientWebSocket())
        {
            await socket.ConnectAsync(new Uri($"{_gateway.Address.Replace("http", "ws", StringComparison.Ordinal)}/socket"), deadline.Token);
            Assert.Equal(1, await RunningAsync());
        }

        await Eventually.TrueAsync(async () => await RunningAsync() == 0);
    }

    private string Json(int? slots)
    {
        string limit = slots is null ? "" : $""" "MaxConcurrentRequests": {slots}, "MaxQueuedRequests": 1, "QueueTimeout": "1m" """;
        return $$"""
            {
              "Gateway": { {{limit}} },
              "ReverseProxy": {
                "Routes": {
                  "all": { "ClusterId": "api", "Match": { "Path": "/{**rest}" } },
                  "vip": { "ClusterId": "api", "Match": { "Path": "/vip/{**rest}" }, "Priority": 10 }
                },
                "Clusters": { "api": { "Destinations": { "a": { "Address": "{{_api.Address}}" } } } }
              }
            }
            """;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
            await socket.ReceiveAsync(new byte[16], context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }

        await Held(context.Request.Path.Value!).Task.WaitAsync(context.RequestAborted);
        await context.Response.WriteAsync("held");
    }

    private TaskCompletionSource Held(string path) => _held.GetOrAdd(path, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private void Release(string path) => Held(path).TrySetResult();

    /// <summary>Sends a request that the destination holds; returns once it is there.</summary>
    private async Task<Task<HttpResponseMessage>> SendAsync(string path)
    {
        Task<HttpResponseMessage> answer = _gateway.Client.GetAsync(path);
        await Eventually.TrueAsync(() => _api.Requests.Contains($"GET {path}"));
        return answer;
    }

    /// <summary>Sends a request that has to wait; returns once it does.</summary>
    private async Task<Task<HttpResponseMessage>> QueueAsync(string path, CancellationToken leave = default)
    {
        Task<HttpResponseMessage> answer = _gateway.Client.GetAsync(path, leave);
        await QueuedAsync(1);
        return answer;
    }

    private Task QueuedAsync(int count) =>
        Eventually.TrueAsync(async () => (int)(JsonNode.Parse(await _admin.GetStringAsync("/api/status"))!["admission"]!["queued"]!) == count);

    private async Task<int> RunningAsync() => (int)JsonNode.Parse(await _admin.GetStringAsync("/api/status"))!["admission"]!["running"]!;
}
