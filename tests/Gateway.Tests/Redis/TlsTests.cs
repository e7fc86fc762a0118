using System.Net;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.Redis;

/// <summary>Redis that speaks TLS only, asks for a certificate and knows one user, in every topology.</summary>
public sealed class TlsTests
{
    private const string Secret = "d1st1nct1ve-Pa55word";
    private const string Wrong = "wr0ng-Pa55word";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string[] Concerns = ["RateLimits", "Sessions", "Cache", "Events"];

    [Theory]
    [InlineData("standalone")]
    [InlineData("sentinel")]
    [InlineData("cluster")]
    public async Task Redis_WithUserAndCertificates_ServesLimitsSessionsAndCache(string topology)
    {
        using var tls = new RedisTls();
        await using RedisDeployment redis = await RedisDeployment.StartAsync(topology, tls);
        await using FaultedGateway gateway = await FaultedGateway.StartAsync(redis, more: Certificates(tls, tls));
        await Eventually.TrueAsync(() => gateway.AreAsync(available: true, Concerns), Patience);
        int left = await gateway.CountAsync("somebody");
        Assert.Equal(left - 1, await gateway.CountAsync("somebody"));
        await gateway.UntilSeenAsync(await gateway.SignInAsync());
        using HttpResponseMessage cached = await gateway.SendAsync("cache", "");
        Assert.Equal(HttpStatusCode.OK, cached.StatusCode);
        await Eventually.TrueAsync(async () => await gateway.SharedEntriesAsync() > 0, Patience);
        Assert.DoesNotContain("fails", gateway.Process.Output, StringComparison.Ordinal);
        string all = string.Concat(await Task.WhenAll(redis.Servers.Select(server => server.AskAsync("CLIENT LIST"))));
        Assert.All(Concerns, concern => Assert.Contains($"name=gateway-{concern} ", all, StringComparison.Ordinal));
        Assert.DoesNotContain(all.Split('\n'), client => client.Contains("name=gateway-", StringComparison.Ordinal) && !client.Contains($"user={RedisTls.User} ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Redis_WrongPassword_IsToldByNameAndWithoutTheSecret()
    {
        using var tls = new RedisTls(Secret);
        await using RedisDeployment redis = await RedisDeployment.StartAsync("standalone", tls);
        await using FaultedGateway gateway = await FaultedGateway.StartAsync(
            null, more: Certificates(tls, tls), connection: redis.Connection.Replace(Secret, Wrong, StringComparison.Ordinal));
        await Eventually.TrueAsync(() => gateway.LinesWith("Redis refuses user or password") > 0, Patience);
        using HttpResponseMessage answer = await gateway.SendAsync("limits", "");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        string said = await gateway.TellAllAsync();
        Assert.Contains("Redis for Sessions (Gateway:Redis:Connection)", said, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, said, StringComparison.Ordinal);
        Assert.DoesNotContain(Wrong, said, StringComparison.Ordinal);
    }

    private static string Certificates(RedisTls authority, RedisTls client) =>
        $$""" "CaCertificate": "{{authority.AuthorityFile}}", "ClientCertificate": "{{client.ClientCertificateFile}}", "ClientKey": "{{client.ClientKeyFile}}", """;
}
