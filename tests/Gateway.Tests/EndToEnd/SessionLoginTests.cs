using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.EndToEnd;

/// <summary>Sessions made of the destination's own login, used, renewed and ended, through the whole gateway.</summary>
public sealed class SessionLoginTests(SessionFixture fixture) : IClassFixture<SessionFixture>
{
    [Fact]
    public async Task Login_AnswerNamesTheUserInAHeader_GivesACookieAndKeepsTheHeader()
    {
        using HttpResponseMessage login = await SendAsync("/login/header?user=Zo%C3%AB%20%7Bx%7D");

        Assert.Equal((HttpStatusCode.OK, "welcome"), (login.StatusCode, await login.Content.ReadAsStringAsync()));
        Assert.False(login.Headers.Contains("X-Session-User"));
        Assert.Equal("no-store", login.Headers.CacheControl!.ToString());
        string[] cookies = [.. login.Headers.GetValues("Set-Cookie")];
        Assert.Matches("^__Host-sid=[A-Za-z0-9_-]{43}; Max-Age=3600; Path=/; Secure; HttpOnly; SameSite=Lax$", cookies[1]);
        Assert.Equal("theme=dark", cookies[0]);
        string token = TokenOf(login);
        Assert.Equal($"__Host-csrf={ProofOf(token)}; Max-Age=3600; Path=/; Secure; SameSite=Lax", cookies[2]);

        JsonObject seen = await SeenAsync("/web/", token);
        Assert.Equal("Zo%C3%AB {x}", (string?)seen["x-user-id"]);
        Assert.Null(seen["cookie"]);
    }

    [Fact]
    public async Task Login_AnswerHasTheRecord_SessionHasItsFields()
    {
        using HttpResponseMessage header = await SendAsync("/login/headerjson?user=" + Uri.EscapeDataString("""{"user_id":"u7","role":"admin"}"""));
        using HttpResponseMessage body = await SendAsync("/login/json?user=" + Uri.EscapeDataString("""{"user_id":"u8","role":["admin"]}"""));

        Assert.Equal("admin", (string?)(await SeenAsync("/web/", TokenOf(header)))["x-role"]);
        JsonObject seen = await SeenAsync("/web/", TokenOf(body));
        Assert.Equal(("u8", """["admin"]"""), ((string?)seen["x-user-id"], (string?)seen["x-role"]));
        Assert.Equal("""{"ok":true,"session":{"user_id":"u8","role":["admin"]}}""", await body.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Login_UserChoseANameLikeARecord_IsOnlyAName()
    {
        using HttpResponseMessage header = await SendAsync("/login/header?user=" + Uri.EscapeDataString("""{"role":"admin"}"""));
        using HttpResponseMessage body = await SendAsync("/login/json?user=" + Uri.EscapeDataString("\"{\\\"role\\\":\\\"admin\\\"}\""));

        foreach (HttpResponseMessage login in new[] { header, body })
        {
            JsonObject seen = await SeenAsync("/web/", TokenOf(login));
            Assert.Equal(("""{"role":"admin"}""", null), ((string?)seen["x-user-id"], (string?)seen["x-role"]));
        }
    }

    [Theory]
    [InlineData("/login/header", 200)]
    [InlineData("/login/header?user=u1&status=401", 401)]
    [InlineData("/login/headerjson?user=nonsense", 502)]
    [InlineData("/login/headerjson?user=%5B1%5D", 502)]
    [InlineData("/login/json?user=null", 200)]
    [InlineData("/login/json?user=nonsense", 200)]
    [InlineData("/login/json?user=%22x%22&pad=300000", 502)]
    public async Task Login_AnswerNamesNobodyOrNonsense_MakesNoSessionAndShowsNoHeader(string path, int status)
    {
        using HttpResponseMessage login = await SendAsync(path);

        Assert.Equal(status, (int)login.StatusCode);
        Assert.DoesNotContain(login.Headers, header => header.Key.StartsWith("X-Session", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(login.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies : [], cookie => cookie.Contains("sid", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Login_WithASession_GivesANewOneAndEndsTheOld()
    {
        using HttpResponseMessage first = await SendAsync("/login/header?user=u1");
        string before = TokenOf(first);
        using HttpResponseMessage second = await SendAsync("/login/header?user=u1", ("Cookie", $"__Host-sid={before}"));

        Assert.NotEqual(before, TokenOf(second));
        using HttpResponseMessage old = await SendAsync("/web/", ("Cookie", $"__Host-sid={before}"));
        Assert.Equal(HttpStatusCode.Unauthorized, old.StatusCode);
        await SeenAsync("/web/", TokenOf(second));
    }

    [Fact]
    public async Task Login_ForATokenHeader_ReturnsTheToken()
    {
        using HttpResponseMessage login = await SendAsync("/login/token?user=u1");

        string token = login.Headers.GetValues("X-Session-Token").Single();
        Assert.Equal(["theme=dark"], login.Headers.GetValues("Set-Cookie"));
        using HttpResponseMessage used = await SendAsync("/web/", ("Authorization", $"Bearer {token}"));
        Assert.Equal(HttpStatusCode.OK, used.StatusCode);
    }

    [Fact]
    public async Task Logout_EndsTheSession_AndDemandsTheProof()
    {
        using HttpResponseMessage login = await SendAsync("/login/header?user=u1");
        string token = TokenOf(login);

        using HttpResponseMessage forged = await PostAsync("/logout", ("Cookie", $"__Host-sid={token}"));
        await SeenAsync("/web/", token);
        using HttpResponseMessage logout = await PostAsync("/logout", ("Cookie", $"__Host-sid={token}"), ("X-CSRF-Token", ProofOf(token)));

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (forged.StatusCode, logout.StatusCode));
        Assert.Contains("__Host-sid=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax", logout.Headers.GetValues("Set-Cookie"));
        using HttpResponseMessage after = await SendAsync("/web/", ("Cookie", $"__Host-sid={token}"));
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }

    [Fact]
    public async Task WebSocket_SessionIsRevoked_IsClosedWithTheReason()
    {
        using HttpResponseMessage login = await SendAsync("/login/token?user=u1");
        string token = login.Headers.GetValues("X-Session-Token").Single();
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        await socket.ConnectAsync(new Uri($"{fixture.Gateway.Address.Replace("http:", "ws:", StringComparison.Ordinal)}/web/socket"), CancellationToken.None);
        byte[] buffer = new byte[64];
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        WebSocketReceiveResult echoed = await socket.ReceiveAsync(buffer, CancellationToken.None);
        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, echoed.Count));

        using var admin = new HttpClient { BaseAddress = new Uri(fixture.Gateway.Admin) };
        Assert.Equal(HttpStatusCode.OK, (await admin.DeleteAsync($"/api/sessions/{token}?policy=web")).StatusCode);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        WebSocketReceiveResult closed = await socket.ReceiveAsync(buffer, patience.Token);
        Assert.Equal((WebSocketMessageType.Close, WebSocketCloseStatus.PolicyViolation), (closed.MessageType, closed.CloseStatus));
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        Assert.Equal(WebSocketState.Closed, socket.State);
    }

    [Fact]
    public async Task WebSocket_ClientDoesNotAnswerTheClose_IsBrokenOff()
    {
        using HttpResponseMessage login = await SendAsync("/login/token?user=u1");
        string token = login.Headers.GetValues("X-Session-Token").Single();
        var address = new Uri(fixture.Gateway.Address);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        NetworkStream line = client.GetStream();
        await line.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /web/socket HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + $"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer {token}\r\n\r\n"));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var said = new List<byte>();
        await ReadAsync(line, said, () => Encoding.ASCII.GetString([.. said]).EndsWith("\r\n\r\n", StringComparison.Ordinal), patience.Token);
        Assert.StartsWith("HTTP/1.1 101 ", Encoding.ASCII.GetString([.. said]), StringComparison.Ordinal);

        using var admin = new HttpClient { BaseAddress = new Uri(fixture.Gateway.Admin) };
        Assert.Equal(HttpStatusCode.OK, (await admin.DeleteAsync($"/api/sessions/{token}?policy=web", patience.Token)).StatusCode);

        said.Clear();
        await ReadAsync(line, said, () => false, patience.Token);
        Assert.Equal([0x88, 0x02, 0x03, 0xF0], said);
    }

    /// <summary>Reads byte by byte until there is enough, or the connection has ended.</summary>
    private static async Task ReadAsync(Stream line, List<byte> said, Func<bool> enough, CancellationToken patience)
    {
        byte[] next = new byte[1];
        try
        {
            while (!enough() && await line.ReadAsync(next, patience) > 0)
            {
                said.Add(next[0]);
            }
        }
        catch (IOException)
        {
            // Broken off.
        }
    }

    private static string TokenOf(HttpResponseMessage login) => login.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("__Host-sid=", StringComparison.Ordinal)).Split('=', ';')[1];

    private static string ProofOf(string token) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes(token), "csrf"u8));

    private async Task<JsonObject> SeenAsync(string path, string token)
    {
        using HttpResponseMessage response = await SendAsync(path, ("Cookie", $"__Host-sid={token}"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
    }

    private Task<HttpResponseMessage> SendAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, headers);

    private Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, path, headers);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach ((string name, string value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return await fixture.Gateway.Client.SendAsync(request);
    }
}
