using Microsoft.AspNetCore.Http;
using System.Net.WebSockets;
using System.Text;
using Gateway.Testing;
using Microsoft.AspNetCore.Http.Features;
using Xunit;

namespace Gateway.Tests.EndToEnd;

/// <summary>One gateway in front of one destination whose paths each behave in one way.</summary>
public sealed class ForwardingFixture : IAsyncLifetime
{
    private RoutesFile? _file;

    public Destination Api { get; private set; } = null!;

    public GatewayProcess Gateway { get; private set; } = null!;

    /// <summary>Lets <c>/events</c> send its second event.</summary>
    public SemaphoreSlim NextEvent { get; } = new(0);

    public async ValueTask InitializeAsync()
    {
        Api = await Destination.StartAsync(AnswerAsync, webSockets: true);
        _file = new RoutesFile($$"""
            {
              "Gateway": {
                "Cors": { "web": { "Origins": [ "https://app.example" ], "Methods": [ "GET", "PUT" ], "Headers": [ "X-Custom" ], "ExposedHeaders": [ "X-Own", "x-ratelimit-limit" ] } },
                "RateLimits": { "tight": { "Limit": 1, "Window": "1h" } }
              },
              "ReverseProxy": {
                "Routes": {
                  "all": { "ClusterId": "api", "Match": { "Path": "/{**rest}" } },
                  "small": { "ClusterId": "api", "Match": { "Path": "/small" }, "MaxRequestBody": "1KB" },
                  "timeout": { "ClusterId": "api", "Match": { "Path": "/hang" }, "Timeout": "00:00:00.300" },
                  "validated": { "ClusterId": "api", "Match": { "Path": "/validated/{**rest}" }, "Timeout": "00:00:02", "Cache": {} },
                  "cached": { "ClusterId": "api", "Match": { "Path": "/cached/{**rest}" }, "Cache": {} },
                  "cors": { "ClusterId": "api", "Match": { "Path": "/cors", "Methods": [ "GET", "PUT" ] }, "CorsPolicy": "web", "RateLimit": "tight" },
                  "down": { "ClusterId": "down", "Match": { "Path": "/down" } },
                  "empty": { "ClusterId": "empty", "Match": { "Path": "/empty" } },
                  "transformed": { "ClusterId": "api", "Match": { "Path": "/v1/{**rest}" }, "Transforms": [ { "PathRemovePrefix": "/v1" }, { "ResponseHeader": "X-Added", "Set": "yes" } ] },
                  "slashes": { "ClusterId": "api", "Match": { "Path": "/slashes/{**rest}" }, "PassEncodedSlashes": true, "Cache": {} },
                  "slashes-moved": { "ClusterId": "api", "Match": { "Path": "/moved/{**rest}" }, "PassEncodedSlashes": true, "Transforms": [ { "PathRemovePrefix": "/moved" } ] },
                  "slashes-named": { "ClusterId": "api", "Match": { "Path": "/named/@{name}" }, "PassEncodedSlashes": true, "Transforms": [ { "PathPattern": "/{name}" } ] },
                  "slashes-written": { "ClusterId": "api", "Match": { "Path": "/written/{*rest}" }, "PassEncodedSlashes": true, "Transforms": [ { "PathPattern": "/{*rest}" } ] },
                  "cased": { "ClusterId": "api", "Match": { "Path": "/cased/{**rest}" }, "Transforms": [ { "PathPattern": "/CASED/{**rest}" }, { "QueryValueParameter": "b", "Set": "2" } ] },
                  "asked": { "ClusterId": "api", "Match": { "Path": "/asked/{**rest}" }, "Transforms": [ { "QueryValueParameter": "b", "Set": "2" } ] },
                  "host": { "ClusterId": "api", "Match": { "Hosts": [ "only.example" ], "Path": "/hosted" }, "Transforms": [ { "PathSet": "/echo" } ] }
                },
                "Clusters": {
                  "api": { "Destinations": { "a": { "Address": "{{Api.Address}}" } } },
                  "down": { "Destinations": { "a": { "Address": "http://127.0.0.1:1" } } },
                  "empty": { "Destinations": {} }
                }
              }
            }
            """);
        Gateway = await GatewayProcess.StartAsync(_file);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Api.DisposeAsync();
        _file!.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers["X-Target"] = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        switch (context.Request.Path.Value)
        {
            case "/echo":
                await context.Response.WriteAsync(string.Concat(context.Request.Headers.Select(field => $"{field.Key}: {field.Value}\n")));
                break;
            case "/bytes":
                context.Response.Headers["X-Bytes"] = "caf\u00e9 \u0080\u00ff";
                await context.Response.WriteAsync(string.Join('|', context.Request.Headers["X-Bytes"].ToString().Select(c => $"{(int)c:x2}")));
                break;
            case "/nominated":
                context.Response.Headers.Connection = "X-Hop";
                context.Response.Headers["X-Hop"] = "mine";
                context.Response.Headers["X-End"] = "yours";
                break;
            case "/limits":
                context.Response.Headers["X-RateLimit-Limit"] = "upstream";
                break;
            case "/empty-404":
                context.Response.StatusCode = 404;
                break;
            case "/hang":
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            case "/validated/stale" or "/validated/never-stale":
                if (context.Request.Headers.ContainsKey("X-Hang"))
                {
                    goto case "/hang";
                }

                // Stale when it comes.
                context.Response.Headers.CacheControl = context.Request.Path.Value.EndsWith("/stale", StringComparison.Ordinal) ? "max-age=60" : "max-age=60, must-revalidate";
                context.Response.Headers.Age = "70";
                context.Response.Headers.ETag = "\"a\"";
                await context.Response.WriteAsync("stored");
                break;
            case "/events" or "/cached/events":
                context.Response.ContentType = "text/event-stream";
                await context.Response.WriteAsync("data: first\n\n");
                await context.Response.Body.FlushAsync();
                await NextEvent.WaitAsync(context.RequestAborted);
                await context.Response.WriteAsync("data: second\n\n");
                break;
            case "/socket":
                await EchoSocketAsync(await context.WebSockets.AcceptWebSocketAsync());
                break;
            case "/upload" or "/small":
                byte[] buffer = new byte[65536];
                long total = 0;
                for (int read; (read = await context.Request.Body.ReadAsync(buffer)) > 0;)
                {
                    total += read;
                }

                await context.Response.WriteAsync($"{total}");
                break;
            default:
                await context.Response.WriteAsync(context.Request.Path + context.Request.QueryString);
                break;
        }
    }

    private static async Task EchoSocketAsync(WebSocket socket)
    {
        byte[] buffer = new byte[1024];
        for (WebSocketReceiveResult received; (received = await socket.ReceiveAsync(buffer, CancellationToken.None)).MessageType != WebSocketMessageType.Close;)
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes($"echo {Encoding.UTF8.GetString(buffer, 0, received.Count)}"), WebSocketMessageType.Text, true, CancellationToken.None);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }
}
