using System.Net;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Gateway.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Rfc;

/// <summary>Trailers follow the response while it streams, where the server can send them; they are not stored (RFC 9110 §6.5.1, RFC 9111 §3.1).</summary>
public sealed class TrailerTests(RfcGateway gateway) : IClassFixture<RfcGateway>
{
    private const string Chunked = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nX-Sum: 7\r\n\r\n";

    /// <summary>Kestrel sends none over HTTP/1.1, cached route or not: the body ends properly without them.</summary>
    [Fact]
    public async Task Trailers_OfAStreamedResponse_AreLeftOutOverHttp1()
    {
        string path = gateway.Path(Chunked);
        string request = $"GET {path} HTTP/1.1\r\nHost: {gateway.Origin[7..]}\r\nTE: trailers\r\nConnection: close, TE\r\n";

        string uncached = await RawHttp.SendAsync(gateway.Origin, request + "Cache-Control: no-store\r\n\r\n");
        string first = await RawHttp.SendAsync(gateway.Origin, request + "\r\n");
        string hit = await RawHttp.SendAsync(gateway.Origin, request + "\r\n");

        Assert.EndsWith("4\r\nbody\r\n0\r\n\r\n", uncached, StringComparison.Ordinal);
        Assert.EndsWith("4\r\nbody\r\n0\r\n\r\n", first, StringComparison.Ordinal);
        Assert.EndsWith("body", hit, StringComparison.Ordinal);
        Assert.Equal(2, gateway.Fetches(path));
    }

    [Fact]
    public async Task Trailers_OfAStreamedResponse_ReachHttp2()
    {
        await using var destination = new ScriptedDestination();
        destination.On("/a", (_, _) => Chunked);
        await using CacheHost host = await CacheHost.StartAsync(new CachePolicy(), destination.Address, services => services.Configure<KestrelServerOptions>(
            kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2)));

        (string firstBody, string? first) = await GetHttp2Async(host);
        (string hitBody, string? hit) = await GetHttp2Async(host);

        Assert.Equal(("body", "7"), (firstBody, first));
        Assert.Equal(("body", null), (hitBody, hit));
    }

    private static async Task<(string Body, string? Trailer)> GetHttp2Async(CacheHost host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/a") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using HttpResponseMessage response = await host.Client.SendAsync(request);
        string body = await response.Content.ReadAsStringAsync();
        return (body, response.TrailingHeaders.TryGetValues("X-Sum", out IEnumerable<string>? values) ? string.Join(", ", values) : null);
    }
}
