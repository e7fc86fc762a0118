using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gateway.Admin;
using Gateway.Configuration;
using Gateway.Telemetry;
using Gateway.Tests.Telemetry;
using Xunit;

namespace Gateway.Tests.Admin;

public sealed class AdminListenerTests
{
    private static readonly AdminOptions WithToken = new() { Urls = "http://127.0.0.1:0", Token = "open-sesame-4711" };

    [Fact]
    public async Task Index_Get_ListsTheEndpoints()
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        JsonNode index = (await admin.Client.GetFromJsonAsync<JsonNode>("/"))!;

        Assert.Contains("GET /healthz/live", index["endpoints"]!.AsArray().Select(line => (string)line!));
        Assert.Contains("GET /metrics", index["endpoints"]!.AsArray().Select(line => (string)line!));
        Assert.Equal(GatewayVersion.Text, (string)index["gateway"]!);
    }

    [Fact]
    public async Task Metrics_Get_IsAPrometheusPage()
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        using HttpResponseMessage answer = await admin.Client.GetAsync("/metrics");
        string text = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        PrometheusPage page = PrometheusPage.Parse(text);
        Assert.Contains(page.Kinds.Keys, name => name.StartsWith("dotnet_", StringComparison.Ordinal));
        Assert.DoesNotContain(page.Kinds.Keys, name => name.StartsWith("kestrel_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Metrics_ManyScrapesAtOnce_AreAllWholePages()
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        string[] pages = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => admin.Client.GetStringAsync("/metrics")));

        Assert.All(pages, page => PrometheusPage.Parse(page));
    }

    [Theory]
    [InlineData("GET", "/nowhere", 404)]
    [InlineData("POST", "/healthz/live", 405)]
    [InlineData("DELETE", "/metrics", 405)]
    [InlineData("GET", "/api/%0A", 404)]
    public async Task Request_ThatNothingAnswers_IsAProblem(string method, string path, int status)
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        using HttpResponseMessage answer = await admin.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        await ShouldBeProblemAsync(answer, status);
        Assert.Equal(status == 405, answer.Content.Headers.Allow.Count > 0);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1.evil.example")]
    [InlineData("localhost.evil.example:8081")]
    [InlineData("10.0.0.7")]
    public async Task Host_OfAnotherName_IsRefusedWithoutAToken(string host)
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        using HttpResponseMessage answer = await SendAsync(admin, HttpMethod.Get, "/", request => request.Headers.Host = host);

        await ShouldBeProblemAsync(answer, 403);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:1")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]:8081")]
    public async Task Host_OfThisMachine_IsLetIn(string host)
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        using HttpResponseMessage answer = await SendAsync(admin, HttpMethod.Get, "/", request => request.Headers.Host = host);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("POST", "https://evil.example", 403)]
    [InlineData("DELETE", "null", 403)]
    [InlineData("POST", "http://localhost:3000", 403)]
    [InlineData("POST", "self", 404)]
    [InlineData("GET", "https://evil.example", 404)]
    public async Task Origin_OfAnotherSite_MayNotChangeAnything(string method, string origin, int status)
    {
        await using AdminHost admin = await AdminHost.StartAsync();
        string own = admin.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);

        using HttpResponseMessage answer = await SendAsync(admin, new HttpMethod(method), "/api/nothing", request =>
            request.Headers.Add("Origin", origin == "self" ? own : origin));

        await ShouldBeProblemAsync(answer, status);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer open-sesame-471")]
    [InlineData("Bearer open-sesame-47111")]
    [InlineData("Basic open-sesame-4711")]
    public async Task Token_MissingOrWrong_Is401(string? authorization)
    {
        await using AdminHost admin = await AdminHost.StartAsync(WithToken);

        using HttpResponseMessage answer = await SendAsync(admin, HttpMethod.Get, "/metrics", request =>
        {
            if (authorization is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            }
        });

        await ShouldBeProblemAsync(answer, 401);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        Assert.DoesNotContain(WithToken.Token!, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(WithToken.Token!, admin.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_Right_OpensAnyHostName()
    {
        await using AdminHost admin = await AdminHost.StartAsync(WithToken);

        using HttpResponseMessage answer = await SendAsync(admin, HttpMethod.Get, "/", request =>
        {
            request.Headers.Host = "gateway-admin.internal:8081";
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", WithToken.Token);
        });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Health_WithoutToken_IsOpenForProbes()
    {
        await using AdminHost admin = await AdminHost.StartAsync(WithToken);

        Assert.Equal(HttpStatusCode.OK, (await admin.Client.GetAsync("/healthz/live")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.Client.GetAsync("/healthz/ready")).StatusCode);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", "Gateway:Admin:Token")]
    [InlineData("http://*:0", "Gateway:Admin:Token")]
    [InlineData("http://127.0.0.1:0;http://[::]:0", "http://[::]:0")]
    [InlineData("nonsense", "\"nonsense\" is not an address")]
    [InlineData("https://127.0.0.1:0", "plain HTTP")]
    [InlineData("http://127.0.0.1:0/path", "without a path")]
    [InlineData(" ; ", "names no address")]
    public async Task Start_AddressThatMayNotBe_SaysWhichSettingAndWhy(string urls, string expected)
    {
        AdminListenException failure = await Assert.ThrowsAsync<AdminListenException>(() => AdminHost.StartAsync(new AdminOptions { Urls = urls }));

        Assert.Contains("Gateway:Admin:Urls", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PortTaken_NamesAddressAndSetting()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";

        AdminListenException failure = await Assert.ThrowsAsync<AdminListenException>(() => AdminHost.StartAsync(new AdminOptions { Urls = url }));

        Assert.Contains(url, failure.Message, StringComparison.Ordinal);
        Assert.Contains("another process", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Gateway:Admin:Urls", failure.Message, StringComparison.Ordinal);
    }

    internal static async Task<JsonNode> ShouldBeProblemAsync(HttpResponseMessage answer, int status)
    {
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(status == (int)answer.StatusCode, $"{(int)answer.StatusCode}: {body}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        JsonNode problem = JsonNode.Parse(body)!;
        Assert.Equal(status, (int)problem["status"]!);
        Assert.NotNull(problem["traceId"]);
        return problem;
    }

    private static Task<HttpResponseMessage> SendAsync(AdminHost admin, HttpMethod method, string path, Action<HttpRequestMessage> change)
    {
        var request = new HttpRequestMessage(method, path);
        change(request);
        return admin.Client.SendAsync(request);
    }
}
