using Gateway.Policies.Redis;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.Redis;

/// <summary>What is wrong with a password or a certificate is said by name, and nothing secret with it.</summary>
[Collection(RedisCollection.Name)]
public sealed class RedisCredentialsTests
{
    private const string Secret = "d1st1nct1ve-Pa55word";
    private const string Wrong = "wr0ng-Pa55word";
    private const string Refused = "AuthenticationFailure: Redis refuses user or password";
    private const string Untrusted = "CertificateFailure: the server's certificate is refused; it is not signed by CaCertificate";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("standalone")]
    [InlineData("sentinel")]
    [InlineData("cluster")]
    public async Task Connections_WrongCredentials_NameTheSettingAndTheCause(string topology)
    {
        using var tls = new RedisTls(Secret);
        using var strange = new RedisTls("another");
        await using RedisDeployment redis = await RedisDeployment.StartAsync(topology, tls);
        var right = new RedisOptions
        {
            Connection = redis.Connection, CaCertificate = tls.AuthorityFile, ClientCertificate = tls.ClientCertificateFile, ClientKey = tls.ClientKeyFile,
        };
        (RedisOptions Options, string Says)[] mistakes =
        [
            (right with { Connection = redis.Connection.Replace(Secret, Wrong, StringComparison.Ordinal) }, Refused),
            (right with { Connection = redis.Connection.Replace($"user={RedisTls.User}", "user=nobody", StringComparison.Ordinal) }, Refused),
            (right with { Connection = redis.Connection.Replace("sslHost=localhost", "sslHost=elsewhere", StringComparison.Ordinal) }, Untrusted),
            (right with { CaCertificate = strange.AuthorityFile }, Untrusted),
            (right with { CaCertificate = null }, Untrusted),
            (right with { ClientCertificate = strange.ClientCertificateFile, ClientKey = strange.ClientKeyFile }, "see ClientCertificate"),
            (right with { ClientCertificate = null, ClientKey = null }, "see ClientCertificate"),
        ];
        await Task.WhenAll(mistakes.Select(mistake => AssertToldAsync(mistake.Options, mistake.Says)));
    }

    private static async Task AssertToldAsync(RedisOptions options, string says)
    {
        var logs = new LogRecorder();
        await using var connections = new RedisConnections(options, TimeProvider.System, logs);
        await connections.StartAsync();
        foreach (RedisLink link in connections.Links)
        {
            await Eventually.TrueAsync(() => link.LastFailure is { } failure && Says(failure), Patience, $"\"{says}\", not \"{link.LastFailure}\"");
            string told = $"Redis for {link.Concern} (Gateway:Redis:Connection)";
            await Eventually.TrueAsync(
                () => logs.Lines.Any(line => line.Text.StartsWith(told, StringComparison.Ordinal) && Says(line.Text)), Patience, $"a line \"{told} … {says}\"");
        }

        Assert.All(logs.Lines, line => Assert.DoesNotContain(Secret, line.Text, StringComparison.Ordinal));
        Assert.All(logs.Lines, line => Assert.DoesNotContain(Wrong, line.Text, StringComparison.Ordinal));

        bool Says(string text) => text.Contains(says, StringComparison.Ordinal);
    }
}
