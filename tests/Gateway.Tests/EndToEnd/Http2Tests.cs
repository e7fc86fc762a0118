using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using Gateway.Testing;
using Gateway.Tests.Tls;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace Gateway.Tests.EndToEnd;

/// <summary>Calls as gRPC makes them: HTTP/2 on both sides, framed messages both ways, the status in trailers.</summary>
public sealed class Http2Tests : IAsyncLifetime
{
    private readonly TestCertificates _certificates = new();
    private readonly int _tlsPort = FreePort.Next();
    private readonly int _clearPort = FreePort.Next();
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(120));
    private Destination _api = null!;
    private RoutesFile _file = null!;
    private GatewayProcess _gateway = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _certificates.Write("main", _certificates.Sign("localhost"));
        _api = await Destination.StartAsync(AnswerAsync, protocols: HttpProtocols.Http2);
        _file = new RoutesFile($$"""
            {
              "Kestrel": {
                "Endpoints": {
                  "tls": { "Url": "https://127.0.0.1:{{_tlsPort}}", "Certificate": { "Path": "{{_certificates.PathOf("main.pem")}}", "KeyPath": "{{_certificates.PathOf("main.key")}}" } },
                  "clear": { "Url": "http://127.0.0.1:{{_clearPort}}", "Protocols": "Http2" }
                }
              },
              "Gateway": { "RateLimits": { "calls": { "Limit": 1000, "Window": "1m" } } },
              "ReverseProxy": {
                "Routes": {
                  "plain": { "ClusterId": "api", "Match": { "Path": "/{**rest}" }, "RateLimit": "calls" },
                  "cached": { "ClusterId": "api", "Match": { "Path": "/cached/{**rest}" }, "Cache": {} }
                },
                "Clusters": {
                  "api": {
                    "HttpRequest": { "Version": "2", "VersionPolicy": "RequestVersionExact" },
                    "Destinations": { "a": { "Address": "{{_api.Address}}" } }
                  }
                }
              }
            }
            """);
        _gateway = await GatewayProcess.StartAsync(_file);
        _client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = Handshake.Trusting(_certificates.Root),
                RemoteCertificateValidationCallback = (_, _, _, errors) => Handshake.IsTrusted(errors),
            },
        });
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _deadline.Dispose();
        await _gateway.DisposeAsync();
        await _api.DisposeAsync();
        _file.Dispose();
        _certificates.Dispose();
    }

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "")]
    [InlineData(true, "/cached")]
    public async Task UnaryCall_AnswerAndTrailers_Pass(bool tls, string prefix)
    {
        using HttpRequestMessage call = Call(tls, $"{prefix}/echo", new ByteArrayContent(LengthPrefixed.Of("hello")));
        using HttpResponseMessage answer = await _client.SendAsync(call, HttpCompletionOption.ResponseHeadersRead, _deadline.Token);
        await using Stream messages = await answer.Content.ReadAsStreamAsync(_deadline.Token);

        Assert.Equal("application/grpc", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("echo hello", await LengthPrefixed.ReadAsync(messages, _deadline.Token));
        Assert.Null(await LengthPrefixed.ReadAsync(messages, _deadline.Token));
        Assert.Equal("0", answer.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, "")]
    [InlineData(true, "/cached")]
    public async Task DuplexStream_EachMessageIsAnswered_BeforeTheNextIsSent(bool tls, string prefix)
    {
        var sent = new DuplexContent();
        using HttpRequestMessage call = Call(tls, $"{prefix}/echo", sent);
        Task<HttpResponseMessage> answering = _client.SendAsync(call, HttpCompletionOption.ResponseHeadersRead, _deadline.Token);
        await sent.WriteAsync(LengthPrefixed.Of("1"), _deadline.Token);
        using HttpResponseMessage answer = await answering;
        await using Stream messages = await answer.Content.ReadAsStreamAsync(_deadline.Token);

        Assert.Equal("echo 1", await LengthPrefixed.ReadAsync(messages, _deadline.Token));
        for (int i = 2; i < 5; i++)
        {
            await sent.WriteAsync(LengthPrefixed.Of($"{i}"), _deadline.Token);
            Assert.Equal($"echo {i}", await LengthPrefixed.ReadAsync(messages, _deadline.Token));
        }

        sent.Complete();
        Assert.Null(await LengthPrefixed.ReadAsync(messages, _deadline.Token));
        Assert.Equal("0", answer.TrailingHeaders.GetValues("grpc-status").Single());
    }

    [Fact]
    public async Task FailedCall_StatusWithoutABody_Passes()
    {
        using HttpRequestMessage call = Call(tls: true, "/missing", new ByteArrayContent(LengthPrefixed.Of("hello")));
        using HttpResponseMessage answer = await _client.SendAsync(call, _deadline.Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("5", answer.Headers.Concat(answer.TrailingHeaders).Single(field => field.Key == "grpc-status").Value.Single());
    }

    [Fact]
    public async Task CachedRoute_GetWithTrailers_TheyPass()
    {
        using var call = new HttpRequestMessage(HttpMethod.Get, $"https://127.0.0.1:{_tlsPort}/cached/echo") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using HttpResponseMessage answer = await _client.SendAsync(call, _deadline.Token);
        await answer.Content.ReadAsByteArrayAsync(_deadline.Token);

        Assert.Equal("0", answer.TrailingHeaders.GetValues("grpc-status").Single());
    }

    private HttpRequestMessage Call(bool tls, string path, HttpContent content)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        var call = new HttpRequestMessage(HttpMethod.Post, tls ? $"https://127.0.0.1:{_tlsPort}{path}" : $"http://127.0.0.1:{_clearPort}{path}")
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        call.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        return call;
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        if (context.Request.Path == "/missing")
        {
            context.Response.Headers["grpc-status"] = "5";
            return;
        }

        Assert.True(HttpProtocol.IsHttp2(context.Request.Protocol));
        context.Response.DeclareTrailer("grpc-status");
        await context.Response.StartAsync();
        while (await LengthPrefixed.ReadAsync(context.Request.Body, context.RequestAborted) is { } message)
        {
            await context.Response.Body.WriteAsync(LengthPrefixed.Of($"echo {message}"), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }

        context.Response.AppendTrailer("grpc-status", "0");
    }
}
