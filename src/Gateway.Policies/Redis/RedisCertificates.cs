using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;

namespace Gateway.Policies.Redis;

/// <summary>Certificates of connections to Redis, from PEM files.</summary>
public static class RedisCertificates
{
    /// <summary>What is wrong with one of the files; null when it can be used.</summary>
    /// <param name="file">A path.</param>
    /// <param name="read">Reads it as what it shall be.</param>
    public static string? ProblemOf(string file, Action<string> read)
    {
        if (!File.Exists(file))
        {
            return "there is no such file";
        }

        try
        {
            read(file);
            return null;
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return unread is CryptographicException or ArgumentException ? "the file holds no such PEM" : "the file cannot be read";
        }
    }

    /// <summary>Reads certificates one may trust.</summary>
    public static X509Certificate2 ReadAuthority(string file) => X509CertificateLoader.LoadCertificateFromFile(file);

    /// <summary>Reads a certificate with its key.</summary>
    public static X509Certificate2 ReadClient(string file, string? keyFile) => X509Certificate2.CreateFromPemFile(file, keyFile);

    internal static void Apply(ConfigurationOptions configuration, RedisOptions options)
    {
        if (options.CaCertificate is { } authority)
        {
            configuration.TrustIssuer(authority);
        }

        if (options.ClientCertificate is { } certificate)
        {
            // At every connect, so that a renewed file is taken up without a restart.
            configuration.CertificateSelection += (_, _, _, _, _) => ReadClient(certificate, options.ClientKey);
        }
    }
}
