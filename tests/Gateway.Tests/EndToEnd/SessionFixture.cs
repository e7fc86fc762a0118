using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Tests.EndToEnd;

/// <summary>A gateway with sessions in Redis, in front of a destination that answers with what it received.</summary>
public sealed class SessionFixture : IAsyncLifetime
{
    private const string Token = """ "Token": [ "Bearer", "Cookie:sid", "Header:X-Api-Key", "Query:token" ] """;
    private Destination _api = null!;
    private RoutesFile _file = null!;
    private RedisServer _redis = null!;
    private ConnectionMultiplexer _connection = null!;

    public GatewayProcess Gateway { get; private set; } = null!;

    /// <summary>How another application talks to the same Redis.</summary>
    public IDatabase Redis => _connection.GetDatabase();

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _api = await Destination.StartAsync(AnswerAsync, webSockets: true);
        _file = new RoutesFile($$"""
            {
              "Gateway": {
                "Redis": { "Connection": "{{_redis.Connection}}", "Deadline": "5s" },
                "Sessions": { "taken": { {{Token}} }, "passed": { {{Token}}, "PassToken": true },
                              "web": { "Token": [ "Cookie:__Host-sid", "Bearer" ], "Key": "web:{token}", "HashToken": "sha256", "Csrf": true, "EndStreams": true,
                                       "Forward": { "X-User-Id": "user_id", "X-Role": "role" } } }
              },
              "ReverseProxy": {
                "Routes": {
                  "taken": { "ClusterId": "api", "Match": { "Path": "/taken/{**rest}" }, "Session": "taken" },
                  "slashes": { "ClusterId": "api", "Match": { "Path": "/slashes/{**rest}" }, "Session": "taken", "PassEncodedSlashes": true },
                  "cached": { "ClusterId": "api", "Match": { "Path": "/cached/{**rest}" }, "Session": "taken", "Cache": {} },
                  "passed": { "ClusterId": "api", "Match": { "Path": "/passed/{**rest}" }, "Session": "passed" },
                  "own": { "ClusterId": "api", "Match": { "Path": "/own/{**rest}" }, "Session": "taken",
                           "Transforms": [ { "PathRemovePrefix": "/own" }, { "RequestHeader": "Authorization", "Set": "Bearer upstream" }, { "QueryValueParameter": "added", "Set": "yes" } ] },
                  "login-header": { "ClusterId": "api", "Match": { "Path": "/login/header" }, "SessionIssue": { "Policy": "web", "From": "Header:X-Session-User", "Ttl": "1h" } },
                  "login-headerjson": { "ClusterId": "api", "Match": { "Path": "/login/headerjson" }, "SessionIssue": { "Policy": "web", "From": "HeaderJson:X-Session-User" } },
                  "login-json": { "ClusterId": "api", "Match": { "Path": "/login/json" }, "SessionIssue": { "Policy": "web", "From": "Json:session" } },
                  "login-token": { "ClusterId": "api", "Match": { "Path": "/login/token" }, "SessionIssue": { "Policy": "web", "From": "Header:X-Session-User", "TokenHeader": "X-Session-Token" } },
                  "web": { "ClusterId": "api", "Match": { "Path": "/web/{**rest}" }, "Session": "web" },
                  "logout": { "ClusterId": "api", "Match": { "Path": "/logout" }, "Session": "web", "SessionEnd": "web" },
                  "staff": { "ClusterId": "api", "Match": { "Path": "/staff/{**rest}" }, "Session": "taken", "Require": { "role": "admin" } }
                },
                "Clusters": { "api": { "Destinations": { "a": { "Address": "{{_api.Address}}" } } } }
              }
            }
            """);
        Gateway = await GatewayProcess.StartAsync(_file);
        _connection = await ConnectionMultiplexer.ConnectAsync(_redis.Connection);
        await Redis.StringSetAsync("session:good", """{"user_id":"u1","role":"user"}""");
        await Redis.StringSetAsync("session:boss", """{"user_id":"u2","role":"admin"}""");
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _connection.DisposeAsync();
        await _api.DisposeAsync();
        await _redis.DisposeAsync();
        _file.Dispose();
    }

    private static Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/login/json" => LoginInBodyAsync(context),
        "/web/socket" => EchoAsync(context),
        ['/', 'l', 'o', 'g', 'i', 'n', '/', ..] => LoginAsync(context),
        _ => DescribeAsync(context),
    };

    private static Task LoginAsync(HttpContext context)
    {
        if (context.Request.Query["user"].ToString() is { Length: > 0 } user)
        {
            // As servers send UTF-8: byte by byte.
            context.Response.Headers["X-Session-User"] = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(user));
        }

        context.Response.StatusCode = context.Request.Query["status"].ToString() is { Length: > 0 } status ? int.Parse(status, null) : 200;
        context.Response.Headers.SetCookie = "theme=dark";
        return context.Response.WriteAsync("welcome");
    }

    private static Task LoginInBodyAsync(HttpContext context)
    {
        int padding = context.Request.Query["pad"].ToString() is { Length: > 0 } pad ? int.Parse(pad, null) : 0;
        return context.Response.WriteAsync($$"""{"ok":true,"session":{{context.Request.Query["user"]}}}""" + new string(' ', padding));
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[64];
        try
        {
            while (true)
            {
                WebSocketReceiveResult received = await socket.ReceiveAsync(buffer, context.RequestAborted);
                await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, true, context.RequestAborted);
            }
        }
        catch (Exception over) when (over is WebSocketException or OperationCanceledException)
        {
            // The gateway broke off.
        }
    }

    private static Task DescribeAsync(HttpContext context)
    {
        var seen = new JsonObject
        {
            ["query"] = context.Request.QueryString.Value,
            ["target"] = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
        };
        foreach ((string name, var value) in context.Request.Headers)
        {
            seen[name.ToLowerInvariant()] = value.ToString();
        }

        context.Response.Headers.CacheControl = "max-age=60";
        return context.Response.WriteAsync(seen.ToJsonString());
    }
}
