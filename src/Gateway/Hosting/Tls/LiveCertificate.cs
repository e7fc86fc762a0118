using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Gateway.Configuration.Reload;

namespace Gateway.Hosting.Tls;

/// <summary>A certificate as its files hold it now. New handshakes take the newest that could be read.</summary>
internal sealed class LiveCertificate
{
    private FileIdentity?[] _seen;
    private bool _unread;
    private volatile SslStreamCertificateContext _context;

    /// <exception cref="CertificateException">The files hold no certificate that can be used.</exception>
    public LiveCertificate(CertificateFiles files)
    {
        Files = files;
        _seen = Look(thorough: true);
        _context = files.Load();
    }

    public CertificateFiles Files { get; }

    /// <summary>The certificate with its intermediates.</summary>
    public SslStreamCertificateContext Context => _context;

    public X509Certificate2 Certificate => _context.TargetCertificate;

    /// <summary>
    /// Looks at the files, and reads them once they have changed and stayed the same since the last look: certificate and key are
    /// seldom replaced in one step. True: there is a new certificate.
    /// </summary>
    /// <param name="thorough">Compares the content even where time and length are the same.</param>
    /// <exception cref="CertificateException">They changed and cannot be used; the certificate before stays. Thrown once per change.</exception>
    public bool Refresh(bool thorough)
    {
        FileIdentity?[] now = Look(thorough);
        bool moving = !now.SequenceEqual(_seen);
        _seen = now;
        if (moving || !_unread)
        {
            _unread |= moving;
            return false;
        }

        _unread = false;
        SslStreamCertificateContext read = Files.Load();
        if (read.TargetCertificate.Thumbprint == Certificate.Thumbprint)
        {
            return false;
        }

        // A handshake that began with the one before may still use it: it is left to the garbage collector.
        _context = read;
        return true;
    }

    private FileIdentity?[] Look(bool thorough) =>
        [.. Files.All.Select((path, index) => FileIdentity.Of(path, thorough ? null : _seen[index]))];
}
