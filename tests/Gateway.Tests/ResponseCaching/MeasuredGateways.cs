using System.Collections.Concurrent;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Tests.ResponseCaching;

/// <summary>
/// Two gateways with one Redis in front of a destination that takes its time: 800 ms, or two seconds for a body of 20 MB. They wait longer
/// for Redis than by default, so that a hiccup of a busy machine does not become a second fetch.
/// </summary>
public sealed class MeasuredGateways : IAsyncLifetime
{
    private const int Piece = 256 * 1024;
    private const int Pieces = 80;
    private static readonly TimeSpan Thinking = TimeSpan.FromMilliseconds(800);
    private readonly ConcurrentDictionary<string, int> _atOnce = new();
    private readonly ConcurrentDictionary<string, int> _peaks = new();
    private readonly List<GatewayProcess> _gateways = [];
    private RedisServer _redis = null!;
    private Destination _api = null!;
    private RoutesFile _file = null!;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _api = await Destination.StartAsync(AnswerAsync);
        _file = new RoutesFile($$"""
            {
              "Gateway": { "Redis": { "Connection": "{{_redis.Connection}}", "Deadline": "1s" } },
              "ReverseProxy": {
                "Routes": { "all": { "ClusterId": "api", "Match": { "Path": "/{**rest}" }, "Cache": { "MaxObject": "32MB" } } },
                "Clusters": { "api": { "Destinations": { "a": { "Address": "{{_api.Address}}" } } } }
              }
            }
            """);
        for (int i = 0; i < 2; i++)
        {
            _gateways.Add(await GatewayProcess.StartAsync(_file, "--set", "Logging:LogLevel:Gateway.Access=Warning"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (GatewayProcess gateway in _gateways)
        {
            await gateway.DisposeAsync();
        }

        _file.Dispose();
        await _api.DisposeAsync();
        await _redis.DisposeAsync();
    }

    internal string AddressOf(int gateway) => _gateways[gateway].Address;

    /// <summary>Connections, turn by turn to the first so many gateways.</summary>
    internal Task<RawClient[]> ConnectAsync(int clients, int gateways) =>
        Task.WhenAll(Enumerable.Range(0, clients).Select(i => RawClient.ConnectAsync(AddressOf(i % gateways))));

    internal int FetchesOf(string path) => _api.Requests.Count(request => request == $"GET {path}");

    /// <summary>How many requests for a path the destination worked on at the same time, at most.</summary>
    internal int PeakOf(string path) => _peaks.GetValueOrDefault(path);

    private async Task AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!;
        int now = _atOnce.AddOrUpdate(path, 1, (_, before) => before + 1);
        _peaks.AddOrUpdate(path, now, (_, before) => Math.Max(before, now));
        try
        {
            await (path.StartsWith("/large", StringComparison.Ordinal) ? StreamAsync(context) : ThinkAsync(context, path));
        }
        finally
        {
            _atOnce.AddOrUpdate(path, 0, (_, before) => before - 1);
        }
    }

    private static async Task ThinkAsync(HttpContext context, string path)
    {
        await Task.Delay(Thinking, context.RequestAborted);
        context.Response.Headers.CacheControl = path.Split('/')[1] switch
        {
            "private" => "no-store",
            "stale" => "max-age=1, stale-while-revalidate=600",
            _ => "max-age=600",
        };
        context.Response.ContentLength = 6;
        await context.Response.WriteAsync("answer");
    }

    private static async Task StreamAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "max-age=600";
        context.Response.ContentLength = (long)Piece * Pieces;
        byte[] piece = new byte[Piece];
        for (int i = 0; i < Pieces; i++)
        {
            await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(TimeSpan.FromMilliseconds(25), context.RequestAborted);
        }
    }
}
