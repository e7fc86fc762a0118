using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Pipelines.Sockets.Unofficial.Tests.Support;

/// <summary>A self-signed certificate for localhost, made anew for every run, as an object and as files for redis-server.</summary>
internal sealed class TestCertificate : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("standin-tls-").FullName;

    public TestCertificate()
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(10));
        File.WriteAllText(CertificateFile, Certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, rsa.ExportPkcs8PrivateKeyPem());
    }

    public X509Certificate2 Certificate { get; }

    public string CertificateFile => Path.Combine(_folder, "certificate.pem");

    public string KeyFile => Path.Combine(_folder, "key.pem");

    public bool Accept(object? sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        => certificate?.GetCertHashString() == Certificate.Thumbprint;

    /// <summary>Makes both ends of a connection TLS streams.</summary>
    public async Task<(SslStream Near, SslStream Far)> AuthenticateAsync(Stream near, Stream far, SslProtocols protocols)
    {
        var client = new SslStream(near, leaveInnerStreamOpen: false, Accept);
        var server = new SslStream(far, leaveInnerStreamOpen: false);
        await Task.WhenAll(
            client.AuthenticateAsClientAsync("localhost", null, protocols, checkCertificateRevocation: false),
            server.AuthenticateAsServerAsync(Certificate, clientCertificateRequired: false, protocols, checkCertificateRevocation: false)).InTime();
        return (client, server);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
