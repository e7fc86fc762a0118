using System.Text;
using System.Text.Json.Nodes;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;
using Gateway.Policies.Sessions.InMemory;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

public sealed class ForwardedFieldTests
{
    private readonly InMemorySessionStore _store = new(TimeProvider.System);

    private readonly SessionPolicy _policy = new()
    {
        Forward = new Dictionary<string, string> { ["X-User-Id"] = "user_id", ["X-Plan"] = "plan", ["X-Roles"] = "roles" },
    };

    [Fact]
    public async Task Forward_FieldsOfTheRecord_ReachTheDestination()
    {
        await using SessionHost host = await StartAsync("""{"user_id":"u1","plan":"pro","roles":["a","b"]}""");

        using HttpResponseMessage response = await host.GetAsync("good");

        JsonObject headers = await SessionHost.HeadersAsync(response);
        Assert.Equal(("u1", "pro", """["a","b"]"""), ((string?)headers["x-user-id"], (string?)headers["x-plan"], (string?)headers["x-roles"]));
    }

    [Theory]
    [InlineData("X-User-Id")]
    [InlineData("x-user-id")]
    [InlineData("X_User_Id")]
    [InlineData("x-user_id")]
    [InlineData("X.User.Id")]
    [InlineData("X-Plan")]
    [InlineData("X_ROLES")]
    public async Task Forward_ClientSendsTheHeaderItself_ItNeverReachesTheDestination(string spoofed)
    {
        await using SessionHost host = await StartAsync("{}");

        using HttpResponseMessage response = await host.GetAsync("good", (spoofed, "admin"), (spoofed, "root"), ("X-Userid", "kept"));

        JsonObject headers = await SessionHost.HeadersAsync(response);
        Assert.DoesNotContain(headers, header => HeaderLookAlike.Comparer.Equals(header.Key, spoofed));
        Assert.Equal("kept", (string?)headers["x-userid"]);
    }

    [Fact]
    public async Task Forward_AHundredLookAlikes_AreAllStripped()
    {
        await using SessionHost host = await StartAsync("""{"user_id":"u1"}""");
        string lookAlikes = string.Concat(from a in "-_." from b in "-_." from c in "xX" from d in "uU" select $"{c}{a}{d}ser{b}Id: admin\r\n");

        string answer = await SendRawAsync(host, $"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer good\r\n{lookAlikes}\r\n");

        Assert.Contains("200 OK", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("admin", answer, StringComparison.Ordinal);
        Assert.Contains("\"x-user-id\":\"u1\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forward_FieldWouldEndTheHeader_IsEncoded()
    {
        await using SessionHost host = await StartAsync("""{"user_id":"u1\r\nX-Admin: 1\u0000","plan":"日本"}""");

        using HttpResponseMessage response = await host.GetAsync("good");

        JsonObject headers = await SessionHost.HeadersAsync(response);
        Assert.Equal(("u1%0D%0AX-Admin: 1%00", "%E6%97%A5%E6%9C%AC"), ((string?)headers["x-user-id"], (string?)headers["x-plan"]));
        Assert.Null(headers["x-admin"]);
    }

    [Fact]
    public async Task Forward_FieldMissingEmptyNullOrTooLong_HeaderIsLeftOut()
    {
        await using SessionHost host = await StartAsync($$"""{"user_id":"","plan":null,"roles":"{{new string('x', 10_000)}}"}""");

        using HttpResponseMessage response = await host.GetAsync("good", ("X-User-Id", "admin"));

        JsonObject headers = await SessionHost.HeadersAsync(response);
        Assert.Equal((null, null, null), (headers["x-user-id"], headers["x-plan"], headers["x-roles"]));
    }

    private async Task<SessionHost> StartAsync(string record)
    {
        TimeSpan hour = TimeSpan.FromHours(1);
        await _store.CreateAsync(new NewSession("session:good", Encoding.UTF8.GetBytes(record), hour, hour, null), new WaitBudget());
        return await SessionHost.StartAsync(_policy, _store);
    }

    private static async Task<string> SendRawAsync(SessionHost host, string request)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(host.Address.Host, host.Address.Port);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }
}
