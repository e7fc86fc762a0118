using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Testing;

/// <summary>A redis-server that speaks TLS only, asks for a client certificate of its own authority, and knows one ACL user beside a default that is off.</summary>
public sealed class RedisTls : IAsyncDisposable
{
    public const string User = "gateway";
    private readonly string _folder;

    private RedisTls(string folder, string password, RedisServer server)
    {
        _folder = folder;
        Password = password;
        Server = server;
    }

    public RedisServer Server { get; }

    public string Password { get; }

    /// <summary>With user, password and TLS; the certificates are named beside it: <see cref="AuthorityFile"/>, <see cref="ClientCertificateFile"/>, <see cref="ClientKeyFile"/>.</summary>
    public string Connection => $"{Server.Connection},ssl=true,sslHost=localhost,user={User},password={Password}";

    /// <summary>PEM: who signed the server's certificate.</summary>
    public string AuthorityFile => Path.Combine(_folder, "ca.crt");

    /// <summary>PEM: a certificate the server accepts.</summary>
    public string ClientCertificateFile => Path.Combine(_folder, "client.crt");

    public string ClientKeyFile => Path.Combine(_folder, "client.key");

    public static async Task<RedisTls> StartAsync(string password = "tls-secret", params string[] arguments)
    {
        string folder = Directory.CreateTempSubdirectory("gateway-tls-").FullName;
        MakeCertificates(folder);
        RedisServer server = await RedisServer.StartAsync(server =>
        [
            "--port", "0", "--tls-port", $"{server.Port}", "--tls-auth-clients", "yes", "--tls-ca-cert-file", Path.Combine(folder, "ca.crt"),
            "--tls-cert-file", Path.Combine(folder, "server.crt"), "--tls-key-file", Path.Combine(folder, "server.key"),
            "--user", "default", "off", "--user", User, "on", $">{password}", "~*", "&*", "+@all", .. arguments,
        ]);
        return new RedisTls(folder, password, server);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
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
