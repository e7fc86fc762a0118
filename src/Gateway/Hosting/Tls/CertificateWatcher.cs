namespace Gateway.Hosting.Tls;

/// <summary>
/// Takes up renewed certificates. Like the routes file they are looked at, not watched: notifications of the file system follow no symlink
/// swap and do not cross the mounts of containers.
/// </summary>
internal sealed partial class CertificateWatcher(TlsSetup tls, TimeProvider time, ILogger<CertificateWatcher> logger) : BackgroundService
{
    /// <summary>How often the files' times and lengths are looked at. A change is read at the second look.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>Every how many looks their content is read even though time and length are the same.</summary>
    public const int Thorough = 20;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        for (int look = 1; await timer.WaitForNextTickAsync(stoppingToken); look++)
        {
            foreach (LiveCertificate certificate in tls.Current.All)
            {
                Refresh(certificate, look % Thorough == 0);
            }
        }
    }

    private void Refresh(LiveCertificate certificate, bool thorough)
    {
        try
        {
            if (certificate.Refresh(thorough))
            {
                LogRenewed(certificate.Files, certificate.Certificate.NotAfter.ToUniversalTime());
            }
        }
        catch (CertificateException unusable)
        {
            LogKept(unusable.Message, certificate.Certificate.NotAfter.ToUniversalTime());
        }
    }

    [LoggerMessage(521, LogLevel.Information, "Certificate renewed: {Files}, valid until {NotAfter:u}. New handshakes get it")]
    private partial void LogRenewed(CertificateFiles files, DateTime notAfter);

    [LoggerMessage(522, LogLevel.Error, "The changed certificate is not used, the one before stays (valid until {NotAfter:u}). {Reason}")]
    private partial void LogKept(string reason, DateTime notAfter);
}
