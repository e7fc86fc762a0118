namespace Gateway.Hosting.Tls;

/// <summary>
/// All certificates that the <c>Kestrel</c> section names as files. Kestrel itself would close an endpoint and open it anew for a changed
/// certificate, and does not look at key files; here only what the next handshake is given changes.
/// </summary>
internal sealed class TlsCertificates
{
    private readonly Dictionary<string, EndpointCertificates> _endpoints = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<CertificateFiles, LiveCertificate> _live;

    /// <param name="settings">The effective settings, flat.</param>
    /// <param name="before">What was in force; certificates whose settings are the same are taken over.</param>
    /// <exception cref="CertificateException">A certificate cannot be used.</exception>
    public TlsCertificates(IReadOnlyDictionary<string, string?> settings, TlsCertificates? before = null)
    {
        CertificateSettings found = CertificateSettings.In(settings);
        _live = found.All.Distinct().ToDictionary(files => files, files => before?._live.GetValueOrDefault(files) ?? new LiveCertificate(files));
        Default = found.Default is { } byDefault ? _live[byDefault] : null;
        foreach (string endpoint in found.EndpointNames)
        {
            CertificateFiles? own = found.OwnOf(endpoint);
            _endpoints[endpoint] = new EndpointCertificates(
                own is null ? Default : _live[own],
                found.NamesOf(endpoint).Select(sni => KeyValuePair.Create(sni.Key, _live[sni.Value])));
        }
    }

    /// <summary>Of <c>Kestrel:Certificates:Default</c>; null when it names no file.</summary>
    public LiveCertificate? Default { get; }

    public IEnumerable<LiveCertificate> All => _live.Values;

    public IEnumerable<string> EndpointNames => _endpoints.Keys;

    /// <summary>True when the endpoint has certificates for server names of its own.</summary>
    public bool HasNames(string? endpoint) => endpoint is not null && _endpoints.TryGetValue(endpoint, out EndpointCertificates? own) && !own.IsEmpty;

    /// <summary>The certificate that <paramref name="endpoint"/> presents to a client that asks for <paramref name="serverName"/>.</summary>
    /// <param name="endpoint">Null or unknown: an address of <c>Urls</c>.</param>
    public LiveCertificate? For(string? endpoint, string? serverName) =>
        endpoint is not null && _endpoints.TryGetValue(endpoint, out EndpointCertificates? own) ? own.For(serverName) : Default;
}
