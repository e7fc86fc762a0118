using System.Net;
using System.Text;
using Gateway.Policies.Sessions;
using Gateway.Policies.Sessions.InMemory;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

/// <summary>Bytes a client can send, on a raw socket: always a 4xx, never a 5xx, and the server goes on.</summary>
public sealed class HostileTokenTests
{
    private static readonly string[] Hostile =
    [
        "Authorization: Bearer a\0b", "Authorization: Bearer \u00FF\u00FE", "Authorization: Bearer *", "Authorization: Bearer {token}",
        "Authorization: Bearer a\rb", "Authorization: Bearer %0d%0aDEL", "Authorization: \u0001\u0002\u0003", "Authorization:",
        "Authorization: Bearer ../../etc/passwd\r\nAuthorization: Bearer b", "Cookie: sid=\u0000", "Cookie: =;=;=", "Cookie: sid=\"", "Cookie: sid=[a-z]*",
        "Cookie: sid=\"unclosed; sid=b", "Authorization: Bearer " + new string('a', 20_000), "Authorization: Bearer " + new string('a', 65_536),
        "Cookie: " + string.Concat(Enumerable.Range(0, 10_000).Select(i => $"{i}=;")),
        "Cookie: " + string.Concat(Enumerable.Range(0, 3_000).Select(i => $"{i}=;")),
    ];

    [Fact]
    public async Task Request_HostileToken_IsRefusedAndTheNextRequestIsServed()
    {
        var policy = new SessionPolicy { Token = [TokenSource.Bearer, new(TokenSourceKind.Cookie, "sid")] };
        await using SessionHost host = await SessionHost.StartAsync(policy, new InMemorySessionStore(TimeProvider.System));
        foreach (string header in Hostile)
        {
            HttpStatusCode status = await host.SendRawAsync(Encoding.Latin1.GetBytes($"GET / HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n"));

            Assert.True(
                status is HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest or HttpStatusCode.RequestHeaderFieldsTooLarge,
                $"{(int)status} for {header[..Math.Min(60, header.Length)]}");
        }

        using HttpResponseMessage next = await host.GetAsync();
        Assert.Equal((HttpStatusCode.Unauthorized, "missing"), (next.StatusCode, host.LastOutcome));
    }
}
