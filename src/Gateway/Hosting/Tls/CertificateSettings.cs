namespace Gateway.Hosting.Tls;

/// <summary>The <c>Certificate</c> objects of the <c>Kestrel</c> section that name files. Those that name a certificate store are Kestrel's own.</summary>
internal sealed class CertificateSettings
{
    private const string DefaultPath = "Kestrel:Certificates:Default";
    private const string EndpointsPath = "Kestrel:Endpoints:";
    private readonly Dictionary<string, CertificateFiles> _own = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Dictionary<string, CertificateFiles>> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _hidden = [];

    private CertificateSettings()
    {
    }

    public CertificateFiles? Default { get; private set; }

    /// <summary>Endpoints that present certificates of files: those with an address of https.</summary>
    public List<string> EndpointNames { get; } = [];

    public IEnumerable<CertificateFiles> All =>
        _own.Values.Concat(_names.Values.SelectMany(names => names.Values)).Concat(Default is null ? [] : [Default]);

    public static CertificateSettings In(IReadOnlyDictionary<string, string?> settings)
    {
        var found = new CertificateSettings();
        found.Default = found.Read(settings, DefaultPath);
        foreach (string endpoint in Children(settings, EndpointsPath))
        {
            found.ReadEndpoint(settings, endpoint);
        }

        return found;
    }

    /// <summary>The paths of all server names: <c>Kestrel:Endpoints:https:Sni:*.example.com</c>.</summary>
    public IEnumerable<string> NamePaths => _names.SelectMany(endpoint => endpoint.Value.Keys.Select(name => $"{EndpointsPath}{endpoint.Key}:Sni:{name}"));

    public CertificateFiles? OwnOf(string endpoint) => _own.GetValueOrDefault(endpoint);

    public IEnumerable<KeyValuePair<string, CertificateFiles>> NamesOf(string endpoint) => _names.GetValueOrDefault(endpoint) ?? [];

    /// <summary>True for settings that Kestrel must not see, since the gateway serves these certificates.</summary>
    public bool Hides(string path) => _hidden.Exists(hidden => path.StartsWith(hidden, StringComparison.OrdinalIgnoreCase));

    private void ReadEndpoint(IReadOnlyDictionary<string, string?> settings, string endpoint)
    {
        string path = EndpointsPath + endpoint;
        if (settings.GetValueOrDefault($"{path}:Url")?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) != true)
        {
            return;
        }

        bool inStore = Children(settings, $"{path}:Certificate:").Contains("Subject", StringComparer.OrdinalIgnoreCase);
        if (inStore)
        {
            return;
        }

        EndpointNames.Add(endpoint);
        if (Read(settings, $"{path}:Certificate") is { } own)
        {
            _own[endpoint] = own;
        }

        foreach (string name in Children(settings, $"{path}:Sni:"))
        {
            if (Read(settings, $"{path}:Sni:{name}:Certificate") is { } named)
            {
                (_names.TryGetValue(endpoint, out var names) ? names : _names[endpoint] = new(StringComparer.OrdinalIgnoreCase))[name] = named;
            }
        }
    }

    private CertificateFiles? Read(IReadOnlyDictionary<string, string?> settings, string path)
    {
        if (settings.GetValueOrDefault($"{path}:Path") is not { Length: > 0 } file)
        {
            return null;
        }

        _hidden.Add($"{path}:");
        string? key = settings.GetValueOrDefault($"{path}:KeyPath");
        return new CertificateFiles(
            path,
            Path.GetFullPath(file),
            string.IsNullOrEmpty(key) ? null : Path.GetFullPath(key),
            settings.GetValueOrDefault($"{path}:Password"));
    }

    private static IEnumerable<string> Children(IReadOnlyDictionary<string, string?> settings, string prefix) =>
        settings.Keys.Where(key => key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            .Select(key => key[prefix.Length..].Split(':')[0])
            .Distinct(StringComparer.OrdinalIgnoreCase);
}
