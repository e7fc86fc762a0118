namespace Gateway.Hosting.Tls;

/// <summary>A certificate that cannot be used. The message is for the operator: setting, file, reason. It holds no password.</summary>
internal sealed class CertificateException : Exception
{
    public CertificateException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
