using System.Net.Security;
using Gateway.Configuration;
using Gateway.Configuration.Reload;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;

namespace Gateway.Hosting.Tls;

/// <summary>
/// Gives Kestrel its section and, at each handshake, the newest certificate. Everything else of TLS (protocols, SNI, client certificates)
/// is Kestrel's own.
/// </summary>
internal sealed partial class TlsSetup : IConfigureOptions<KestrelServerOptions>, IDisposable
{
    private readonly SnapshotSource _snapshots;
    private readonly ILogger<TlsSetup> _logger;
    private readonly KestrelSection _section;
    private readonly HashSet<string> _attached = new(StringComparer.OrdinalIgnoreCase);
    private KestrelConfigurationLoader? _loader;
    private volatile TlsCertificates _current;

    /// <exception cref="CertificateException">A certificate of the configuration at start cannot be used.</exception>
    public TlsSetup(SnapshotSource snapshots, ILogger<TlsSetup> logger)
    {
        (_snapshots, _logger) = (snapshots, logger);
        _current = new TlsCertificates(snapshots.Current.Settings);
        _section = new KestrelSection(snapshots.Current.Settings);
        _snapshots.Replaced += Take;
    }

    public TlsCertificates Current => _current;

    public void Configure(KestrelServerOptions options)
    {
        bool listensOnUrls = !_snapshots.Current.Settings.Keys.Any(key => key.StartsWith("Kestrel:Endpoints:", StringComparison.OrdinalIgnoreCase));
        if (listensOnUrls && _current.Default is not null)
        {
            options.ConfigureHttpsDefaults(https => Attach(https, endpoint: null));
        }

        _loader = options.Configure(_section.ToSection(), reloadOnChange: true);
        AttachEndpoints();
    }

    public void Dispose() => _snapshots.Replaced -= Take;

    private void Take(GatewaySnapshot before, GatewaySnapshot next)
    {
        try
        {
            _current = new TlsCertificates(next.Settings, _current);
        }
        catch (CertificateException unusable)
        {
            LogNotTaken(next.Revision, unusable.Message);
            return;
        }

        AttachEndpoints();
        _section.Take(next.Settings);
    }

    private void AttachEndpoints()
    {
        foreach (string endpoint in _current.EndpointNames.Where(_attached.Add))
        {
            _loader?.Endpoint(endpoint, configuration => Attach(configuration.HttpsOptions, endpoint));
        }
    }

    private void Attach(HttpsConnectionAdapterOptions https, string? endpoint)
    {
        if (_current.For(endpoint, serverName: null) is null && !_current.HasNames(endpoint))
        {
            // Kestrel looks for a development certificate.
            return;
        }

        https.ServerCertificateSelector = (_, name) => _current.For(endpoint, name)?.Certificate;
        // The selector's answer would be sent without its intermediates.
        https.OnAuthenticate = (connection, tls) => Present(connection, tls, endpoint);
    }

    private void Present(ConnectionContext connection, SslServerAuthenticationOptions tls, string? endpoint)
    {
        string? name = connection.Features.Get<ITlsHandshakeFeature>()?.HostName;
        if (_current.For(endpoint, name) is { } certificate)
        {
            tls.ServerCertificateSelectionCallback = null;
            tls.ServerCertificateContext = certificate.Context;
        }
    }

    [LoggerMessage(520, LogLevel.Error, "The Kestrel section of revision {Revision} is not used, the endpoints and certificates before it stay: {Reason}")]
    private partial void LogNotTaken(long revision, string reason);
}
