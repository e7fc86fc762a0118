using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Tests.Tls;

/// <summary>An authority, an intermediate and what they sign, in a folder of the test's own.</summary>
internal sealed class TestCertificates : IDisposable
{
    private static readonly DateTimeOffset From = TimeProvider.System.GetUtcNow().AddDays(-1);
    private static readonly DateTimeOffset Until = From.AddDays(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-tls-").FullName;

    public TestCertificates()
    {
        Root = Authority("CN=Test root", null);
        Intermediate = Authority("CN=Test intermediate", Root);
        File.WriteAllText(PathOf("root.pem"), Root.ExportCertificatePem());
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Intermediate { get; }

    public string PathOf(string file) => Path.Combine(_folder, file);

    /// <summary>A leaf below the intermediate.</summary>
    public X509Certificate2 Sign(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        using X509Certificate2 signed = request.Create(Intermediate, From.AddHours(2), Until.AddHours(-2), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }

    /// <summary>Writes <c>{file}.pem</c> (the leaf and the intermediate) and <c>{file}.key</c>.</summary>
    public void Write(string file, X509Certificate2 leaf)
    {
        WriteCertificate(file, leaf);
        WriteKey(file, leaf);
    }

    public void WriteCertificate(string file, X509Certificate2 leaf) =>
        File.WriteAllText(PathOf($"{file}.pem"), $"{leaf.ExportCertificatePem()}\n{Intermediate.ExportCertificatePem()}\n");

    public void WriteKey(string file, X509Certificate2 leaf)
    {
        using ECDsa key = leaf.GetECDsaPrivateKey()!;
        File.WriteAllText(PathOf($"{file}.key"), key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        Root.Dispose();
        Intermediate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static X509Certificate2 Authority(string name, X509Certificate2? above)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (above is null)
        {
            return request.CreateSelfSigned(From, Until);
        }

        using X509Certificate2 signed = request.Create(above, From.AddHours(1), Until.AddHours(-1), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }
}
