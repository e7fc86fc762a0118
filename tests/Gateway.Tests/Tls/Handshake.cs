using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Tests.Tls;

/// <summary>What a server presents in one TLS handshake; the root alone is known to the client, so the server must send what lies between.</summary>
/// <param name="Name">The certificate's common name.</param>
/// <param name="Sent">The common names of the certificates that the server sent beside its own.</param>
internal sealed record Handshake(string Name, IReadOnlyList<string> Sent)
{
    public static async Task<Handshake> WithAsync(int port, string serverName, X509Certificate2 root)
    {
        Handshake? seen = null;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", port, deadline.Token);
        await using var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = serverName,
                CertificateChainPolicy = Trusting(root),
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                {
                    seen = new Handshake(NameOf((X509Certificate2)certificate!), [.. chain!.ChainPolicy.ExtraStore.Select(NameOf)]);
                    return IsTrusted(errors);
                },
            },
            deadline.Token);
        return seen!;
    }

    public static X509ChainPolicy Trusting(X509Certificate2 root) =>
        new() { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { root }, RevocationMode = X509RevocationMode.NoCheck };

    /// <summary>The chain must hold; the tests ask for names that the certificate does not have.</summary>
    public static bool IsTrusted(SslPolicyErrors errors) => (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) is SslPolicyErrors.None;

    private static string NameOf(X509Certificate2 certificate) => certificate.GetNameInfo(X509NameType.SimpleName, false);
}
