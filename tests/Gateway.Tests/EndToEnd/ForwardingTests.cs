using System.Net;
using System.Net.WebSockets;
using System.Text;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.EndToEnd;

public sealed class ForwardingTests(ForwardingFixture fixture) : IClassFixture<ForwardingFixture>
{
    private readonly HttpClient _client = fixture.Gateway.Client;

    [Fact]
    public async Task HeaderBytes_Above0x7F_PassBothWays()
    {
        string answer = await RawHttp.SendAsync(fixture.Gateway.Address, "GET /bytes HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Bytes: \u0080\u00e9\u00ff\r\n\r\n");

        Assert.Contains("80|e9|ff", answer, StringComparison.Ordinal);
        Assert.Contains("X-Bytes: caf\u00e9 \u0080\u00ff\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Response_FieldsThatConnectionNames_AreRemoved()
    {
        using HttpResponseMessage response = await _client.GetAsync("/nominated");

        Assert.False(response.Headers.Contains("X-Hop"));
        Assert.Equal("yours", response.Headers.GetValues("X-End").Single());
    }

    [Fact]
    public async Task Request_FieldsThatConnectionNames_AreRemoved()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/echo");
        request.Headers.Connection.Add("X-Hop");
        request.Headers.Add("X-Hop", "1");
        request.Headers.Add("X-End", "2");
        using HttpResponseMessage response = await _client.SendAsync(request);
        string answer = await response.Content.ReadAsStringAsync();

        Assert.DoesNotContain("X-Hop", answer, StringComparison.Ordinal);
        Assert.Contains("X-End: 2", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("close, X-Hop", true)]
    [InlineData("X-Hop,Close", true)]
    [InlineData("keep-alive, X-Hop", false)]
    [InlineData("keep-alive, X-Hop, close", true)]
    [InlineData("X-Other, X-Hop", false)]
    public async Task Request_ConnectionNamesFieldsBesideItsOptions_FieldsAreRemovedAndCloseCloses(string connection, bool closes)
    {
        string last = closes ? "" : "GET /echo HTTP/1.1\r\nHost: a\r\nX-Second: yes\r\nConnection: close\r\n\r\n";
        string answer = await RawHttp.SendAsync(fixture.Gateway.Address, $"GET /echo HTTP/1.1\r\nHost: a\r\nX-Hop: 1\r\nX-End: 2\r\nConnection: {connection}\r\n\r\n{last}");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Contains("X-End: 2", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Hop: 1", answer, StringComparison.Ordinal);
        Assert.Equal(!closes, answer.Contains("X-Second: yes", StringComparison.Ordinal));
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
    }

    /// <summary>RFC 9110 §7.6.1: lines of one field are one list.</summary>
    [Theory]
    [InlineData("X-Hop", "close")]
    [InlineData("close", "X-Hop")]
    [InlineData("Close", "X-Other, X-Hop")]
    [InlineData("keep-alive, X-Hop", "close")]
    [InlineData("X-Other", "X-Hop, close")]
    public async Task Request_ConnectionOnTwoLines_FieldsAreRemovedAndCloseCloses(string first, string second)
    {
        string answer = await RawHttp.SendAsync(
            fixture.Gateway.Address, $"GET /echo HTTP/1.1\r\nHost: a\r\nConnection: {first}\r\nX-Hop: 1\r\nConnection: {second}\r\nX-End: 2\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Contains("X-End: 2", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Hop: 1", answer, StringComparison.Ordinal);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
    }

    /// <summary>RFC 9110 §7.7: path and query are not modified. What servers read differently is sent as the route was chosen by it.</summary>
    [Theory]
    [InlineData("/raw/%41%7e/%c3%a9", "/raw/%41%7e/%c3%a9")]
    [InlineData("/raw/%E9/a%20b", "/raw/%E9/a%20b")]
    [InlineData("/raw/{a}|\"b\"?{c}|\"d\"", "/raw/{a}|\"b\"?{c}|\"d\"")]
    [InlineData("/raw?a=%41&b=%2f&c=%zz&d=+", "/raw?a=%41&b=%2f&c=%zz&d=+")]
    [InlineData("/raw/plain//x;y?", "/raw/plain//x;y?")]
    [InlineData("/cached/raw/%41?b=%41", "/cached/raw/%41?b=%41")]
    [InlineData("/v1/raw/%41?b=%41", "/raw/A?b=A")]
    [InlineData("/raw/a/../%41", "/raw/A")]
    [InlineData("/raw/a%2fb", "/raw/a%252fb")]
    [InlineData("/raw/%2e%2e%2fb", "/raw/..%252fb")]
    [InlineData("/slashes/@scope%2fname/group%2FProject?a=%2f", "/slashes/@scope%2fname/group%2FProject?a=%2f")]
    [InlineData("/slashes/%C3%A9%2fb", "/slashes/%C3%A9%2fb")]
    [InlineData("/slashes/..%2fadmin", "/slashes/..%252fadmin")]
    [InlineData("/slashes/a%2f..", "/slashes/a%252f..")]
    [InlineData("/slashes/a%2f%2e%2e/b", "/slashes/a%252f../b")]
    [InlineData("/slashes/a%252fb", "/slashes/a%252fb")]
    [InlineData("/slashes/a%5cb%2fc", "/slashes/a%5Cb%252fc")]
    [InlineData("/moved/@scope%2fname/%41?a=%2f%252f", "/@scope%2fname/A?a=%2f%252f")]
    [InlineData("/slashes/app%2fkey%2Erb", "/slashes/app%2fkey%2Erb")]
    [InlineData("/moved/app%2fkey%2Erb", "/app%2fkey.rb")]
    [InlineData("/moved/%25%2f", "/%25%252f")]
    [InlineData("/named/@a%2Fb", "/a%2Fb")]
    [InlineData("/named/@..%2Fadmin", "/..%252Fadmin")]
    [InlineData("/written/a/b", "/a%2Fb")]
    [InlineData("/cased/a%20b", "/CASED/a%20b?b=2")]
    [InlineData("/asked/%41?a=%41", "/asked/%41?a=A&b=2")]
    [InlineData("/raw/%41?", "/raw/%41?")]
    [InlineData("/moved/..%2fadmin", "/..%252fadmin")]
    [InlineData("/moved/plain%20b?a=%2f", "/plain%20b?a=%2f")]
    public async Task Request_Target_IsForwardedAsItCame(string target, string forwarded)
    {
        string answer = await RawHttp.SendAsync(fixture.Gateway.Address, $"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        Assert.Contains($"X-Target: {forwarded}\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_UpgradeInsecureRequests_IsForwarded()
    {
        string answer = await RawHttp.SendAsync(fixture.Gateway.Address, "GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nUpgrade-Insecure-Requests: 1\r\n\r\n");

        Assert.Contains("Upgrade-Insecure-Requests: 1", answer, StringComparison.Ordinal);
    }

    /// <summary>RFC 9110 §9.1: methods have a case. The client library would send HEAD.</summary>
    [Theory]
    [InlineData("/echo")]
    [InlineData("/cached/x")]
    public async Task Request_HeadInLowerCase_IsNotAllowed(string path)
    {
        string answer = await RawHttp.SendAsync(fixture.Gateway.Address, $"head {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 405", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Destination_EmptyErrorBody_IsLeftAsItIs()
    {
        using HttpResponseMessage response = await _client.GetAsync("/empty-404");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(0, response.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Destination_LimitFieldsOnARouteWithoutLimits_AreUntouched()
    {
        using HttpResponseMessage response = await _client.GetAsync("/limits");

        Assert.Equal("upstream", response.Headers.GetValues("X-RateLimit-Limit").Single());
    }

    [Theory]
    [InlineData("/down", 502)]
    [InlineData("/empty", 503)]
    [InlineData("/hang", 504)]
    public async Task Destination_Unavailable_IsAProblem(string path, int status)
    {
        using HttpResponseMessage response = await _client.GetAsync(path);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        string body = await response.Content.ReadAsStringAsync();
        Assert.Contains("traceId", body, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", body, StringComparison.Ordinal);
        Assert.Equal(status == 503, response.Headers.RetryAfter is not null);
    }

    /// <summary>RFC 9111 §4.2.4, §5.2.2.2: a route's Timeout is no answer of the destination.</summary>
    [Theory]
    [InlineData("/validated/stale", 200)]
    [InlineData("/validated/never-stale", 504)]
    public async Task Destination_TooSlowForTheTimeout_IsStoodInForByWhatIsStored(string path, int status)
    {
        await Eventually.TrueAsync(async () => (await _client.GetAsync(path)).IsSuccessStatusCode, TimeSpan.FromSeconds(30));

        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Hang", "1");
        using HttpResponseMessage response = await _client.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 200, await response.Content.ReadAsStringAsync() == "stored");
    }

    [Fact]
    public async Task Transforms_FromTheFile_Work()
    {
        using HttpResponseMessage response = await _client.GetAsync("/v1/some/path?q=1");

        Assert.Equal("/some/path?q=1", await response.Content.ReadAsStringAsync());
        Assert.Equal("yes", response.Headers.GetValues("X-Added").Single());
    }

    [Theory]
    [InlineData("/events")]
    [InlineData("/cached/events")]
    public async Task ServerSentEvents_ArriveOneByOne(string path)
    {
        using HttpResponseMessage response = await _client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead).WaitAsync(TimeSpan.FromSeconds(10));
        await using Stream events = await response.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(events);

        Assert.Equal("data: first", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10)));
        fixture.NextEvent.Release();
        Assert.Equal("", await reader.ReadLineAsync());
        Assert.Equal("data: second", await reader.ReadLineAsync());
    }

    [Fact]
    public async Task WebSocket_MessagesPassBothWays()
    {
        using var socket = new ClientWebSocket();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await socket.ConnectAsync(new Uri(fixture.Gateway.Address.Replace("http", "ws", StringComparison.Ordinal) + "/socket"), deadline.Token);
        await socket.SendAsync(Encoding.UTF8.GetBytes("hello"), WebSocketMessageType.Text, true, deadline.Token);
        byte[] buffer = new byte[100];
        WebSocketReceiveResult received = await socket.ReceiveAsync(buffer, deadline.Token);

        Assert.Equal("echo hello", Encoding.UTF8.GetString(buffer, 0, received.Count));
    }

    [Fact]
    public async Task Cors_Preflight_IsAnsweredBeforeLimits()
    {
        for (int i = 0; i < 3; i++)
        {
            using var preflight = new HttpRequestMessage(HttpMethod.Options, "/cors");
            preflight.Headers.Add("Origin", "https://app.example");
            preflight.Headers.Add("Access-Control-Request-Method", "PUT");
            preflight.Headers.Add("Access-Control-Request-Headers", "x-custom");
            using HttpResponseMessage answer = await _client.SendAsync(preflight);

            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
            Assert.Equal("https://app.example", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
            Assert.False(answer.Headers.Contains("X-RateLimit-Limit"));
        }
    }

    [Fact]
    public async Task Cors_RouteWithLimits_LetsScriptsReadTheirFields()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/cors");
        request.Headers.Add("Origin", "https://app.example");
        using HttpResponseMessage answer = await _client.SendAsync(request);

        Assert.Equal(
            ["X-Own", "x-ratelimit-limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After", "RateLimit-Policy", "RateLimit"],
            answer.Headers.GetValues("Access-Control-Expose-Headers").SelectMany(line => line.Split(',', StringSplitOptions.TrimEntries)));
    }

    [Fact]
    public async Task Upload_Of20Megabytes_Streams()
    {
        using var body = new ByteArrayContent(new byte[20 << 20]);
        using HttpResponseMessage response = await _client.PostAsync("/upload", body);

        Assert.Equal($"{20 << 20}", await response.Content.ReadAsStringAsync());
    }
}
