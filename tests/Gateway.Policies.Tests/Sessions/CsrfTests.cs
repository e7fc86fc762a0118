using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gateway.Policies.Sessions;
using Gateway.Policies.Sessions.InMemory;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

public sealed class CsrfTests
{
    private readonly InMemorySessionStore _store = new(TimeProvider.System);

    private readonly SessionPolicy _policy = new()
    {
        Name = "default",
        Csrf = true,
        Token = [TokenSource.Bearer, new TokenSource(TokenSourceKind.Cookie, "sid")],
    };

    [Theory]
    [InlineData("GET", "cookie", "none", 200)]
    [InlineData("HEAD", "cookie", "none", 200)]
    [InlineData("OPTIONS", "cookie", "none", 200)]
    [InlineData("POST", "cookie", "right", 200)]
    [InlineData("POST", "cookie", "none", 403)]
    [InlineData("DELETE", "cookie", "empty", 403)]
    [InlineData("PUT", "cookie", "wrong", 403)]
    [InlineData("PATCH", "cookie", "twice", 403)]
    [InlineData("BREW", "cookie", "none", 403)]
    [InlineData("POST", "bearer", "none", 200)]
    public async Task Csrf_MethodAndProof_PassOrAreForbidden(string method, string source, string proof, int status)
    {
        await using SessionHost host = await SessionHost.StartAsync(_policy, _store);
        string token = (await host.Admin.CreateAsync(_policy, [], TimeSpan.FromHours(1))).Token;
        string right = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes(token), "csrf"u8));
        using var request = new HttpRequestMessage(new HttpMethod(method), "/");
        request.Headers.TryAddWithoutValidation(source == "cookie" ? "Cookie" : "Authorization", source == "cookie" ? $"sid={token}" : $"Bearer {token}");
        string[] values = proof switch { "right" => [right], "empty" => [""], "wrong" => [right[1..] + "x"], "twice" => [right, right], _ => [] };
        foreach (string value in values)
        {
            request.Headers.TryAddWithoutValidation("X-CSRF-Token", value);
        }

        using HttpResponseMessage response = await host.Client.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 200 ? "valid" : "csrf", host.LastOutcome);
        if (status == 403)
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        }
    }

    [Fact]
    public async Task Csrf_NoSession_Is401AsEver()
    {
        await using SessionHost host = await SessionHost.StartAsync(_policy, _store);

        using HttpResponseMessage response = await host.Client.PostAsync("/", null);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }
}
