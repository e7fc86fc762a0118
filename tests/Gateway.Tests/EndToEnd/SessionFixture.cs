using System.Text.Json.Nodes;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
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
        _api = await Destination.StartAsync(context =>
        {
            var seen = new JsonObject { ["query"] = context.Request.QueryString.Value };
            foreach ((string name, var value) in context.Request.Headers)
            {
                seen[name.ToLowerInvariant()] = value.ToString();
            }

            context.Response.Headers.CacheControl = "max-age=60";
            return context.Response.WriteAsync(seen.ToJsonString());
        });
        _file = new RoutesFile($$"""
            {
              "Gateway": {
                "Redis": { "Connection": "{{_redis.Connection}}", "Deadline": "5s" },
                "Sessions": { "taken": { {{Token}} }, "passed": { {{Token}}, "PassToken": true } }
              },
              "ReverseProxy": {
                "Routes": {
                  "taken": { "ClusterId": "api", "Match": { "Path": "/taken/{**rest}" }, "Session": "taken" },
                  "cached": { "ClusterId": "api", "Match": { "Path": "/cached/{**rest}" }, "Session": "taken", "Cache": {} },
                  "passed": { "ClusterId": "api", "Match": { "Path": "/passed/{**rest}" }, "Session": "passed" },
                  "own": { "ClusterId": "api", "Match": { "Path": "/own/{**rest}" }, "Session": "taken",
                           "Transforms": [ { "PathRemovePrefix": "/own" }, { "RequestHeader": "Authorization", "Set": "Bearer upstream" }, { "QueryValueParameter": "added", "Set": "yes" } ] },
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
}
