using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Testing;

/// <summary>
/// How servers of any topology speak TLS only, also with each other, ask for a client certificate of their own authority, and know one ACL
/// user beside a default that is off.
/// </summary>
public sealed class RedisTls : IDisposable
{
    public const string User = "gateway";
    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-tls-").FullName;

    public RedisTls(string password = "tls-secret")
    {
        Password = password;
        MakeCertificates(_folder);
    }

    public string Password { get; }

    /// <summary>What a connection string ends with; the certificates are named beside it: <see cref="AuthorityFile"/>, <see cref="ClientCertificateFile"/>, <see cref="ClientKeyFile"/>.</summary>
    public string Options => $",ssl=true,sslHost=localhost,user={User},password={Password}";

    /// <summary>PEM: who signed the servers' certificate.</summary>
    public string AuthorityFile => Path.Combine(_folder, "ca.crt");

    /// <summary>PEM: a certificate the servers accept.</summary>
    public string ClientCertificateFile => Path.Combine(_folder, "client.crt");

    public string ClientKeyFile => Path.Combine(_folder, "client.key");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Of a server that holds data.</summary>
    internal string[] ArgumentsOf(RedisServer server) => [.. ArgumentsOfAny(server), "--masteruser", User, "--masterauth", Password];

    /// <summary>Of a server that may be a Sentinel.</summary>
    internal string[] ArgumentsOfAny(RedisServer server) =>
    [
        "--port", "0", "--tls-port", $"{server.Port}", "--tls-auth-clients", "yes", "--tls-replication", "yes", "--tls-ca-cert-file", AuthorityFile,
        "--tls-cert-file", Path.Combine(_folder, "server.crt"), "--tls-key-file", Path.Combine(_folder, "server.key"),
        "--user", "default", "off", "--user", User, "on", $">{Password}", "~*", "&*", "+@all",
    ];

    /// <summary>A test's own line, over TLS.</summary>
    internal async Task<Stream> SecureAsync(Stream plain)
    {
#pragma warning disable CA5359 // The test's own server on loopback.
        var secure = new SslStream(plain, leaveInnerStreamOpen: false, static (_, _, _, _) => true);
#pragma warning restore CA5359
        using X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(ClientCertificateFile, ClientKeyFile);
        await secure.AuthenticateAsClientAsync("localhost", [certificate], checkCertificateRevocation: false);
        return secure;
    }

    private static void MakeCertificates(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 authority = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(10));
        File.WriteAllText(Path.Combine(folder, "ca.crt"), authority.ExportCertificatePem());
        Issue(authority, "server", folder);
        Issue(authority, "client", folder);
    }

    private static void Issue(X509Certificate2 authority, string name, string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.Create(authority, authority.NotBefore, authority.NotAfter, RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Path.Combine(folder, $"{name}.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, $"{name}.key"), key.ExportPkcs8PrivateKeyPem());
    }
}
