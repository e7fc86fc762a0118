using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Gateway.Hosting.Tls;

/// <summary>Where a certificate lies: the keys of a <c>Certificate</c> object in the <c>Kestrel</c> section that name files.</summary>
/// <param name="Setting">The object's path, for messages: <c>Kestrel:Certificates:Default</c>.</param>
/// <param name="CertificatePath">A PEM file (the certificate, then its intermediates), or a PFX file.</param>
/// <param name="KeyPath">The private key in PEM. Null: the key is in <paramref name="CertificatePath"/>.</param>
/// <param name="Password">Of the key, or of the PFX file.</param>
internal sealed record CertificateFiles(string Setting, string CertificatePath, string? KeyPath, string? Password)
{
    public IEnumerable<string> All => KeyPath is null ? [CertificatePath] : [CertificatePath, KeyPath];

    /// <summary>Reads the files anew.</summary>
    /// <exception cref="CertificateException">A file is missing, not readable, not a certificate, or the key is another certificate's.</exception>
    public SslStreamCertificateContext Load()
    {
        try
        {
            X509Certificate2Collection chain = [];
            X509Certificate2 certificate = Load(chain);
            if (!certificate.HasPrivateKey)
            {
                throw new CryptographicException("it has no private key");
            }

            // The intermediates come from the file, never from the network.
            return SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new CertificateException($"{Setting}: the certificate {CertificatePath} cannot be used: {Reason(bad)}; {Wanted}", bad);
        }
    }

    /// <summary>Names the setting and the file, never the password.</summary>
    public override string ToString() => $"{Setting} ({CertificatePath})";

    private static string Reason(Exception bad) => bad switch
    {
        FileNotFoundException { FileName: { } file } => $"the file {file} does not exist",
        _ => bad.Message.ReplaceLineEndings(" ").TrimEnd('.', ' '),
    };

    private string Wanted => KeyPath is null
        ? "wanted are a PFX file and its Password, or a PEM file with KeyPath"
        : "wanted are a certificate and its own private key, both in PEM";

    private X509Certificate2 Load(X509Certificate2Collection chain)
    {
        byte[] bytes = File.ReadAllBytes(CertificatePath);
        if (KeyPath is null && bytes.AsSpan().IndexOf("-----BEGIN "u8) < 0)
        {
            // The first with a key is the server's; the others are its intermediates.
            chain.AddRange(X509CertificateLoader.LoadPkcs12Collection(bytes, Password));
            return chain.FirstOrDefault(one => one.HasPrivateKey) ?? chain[0];
        }

        string pem = Encoding.UTF8.GetString(bytes);
        chain.ImportFromPem(pem);
        string key = KeyPath is null ? pem : File.ReadAllText(KeyPath);
        return WithLastingKey(Password is null ? X509Certificate2.CreateFromPem(pem, key) : X509Certificate2.CreateFromEncryptedPem(pem, key, Password));
    }

    // Windows' TLS takes no key that lies in memory only.
    private static X509Certificate2 WithLastingKey(X509Certificate2 fromPem) =>
        OperatingSystem.IsWindows() ? X509CertificateLoader.LoadPkcs12(fromPem.Export(X509ContentType.Pkcs12), null) : fromPem;
}
