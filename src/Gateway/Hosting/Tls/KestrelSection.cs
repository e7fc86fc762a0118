namespace Gateway.Hosting.Tls;

/// <summary>
/// The <c>Kestrel</c> section as Kestrel sees it: without the certificate files, which the gateway serves itself. It signals a change only
/// when Kestrel has something to do: an edited route opens no endpoint anew.
/// </summary>
internal sealed class KestrelSection : ConfigurationProvider, IConfigurationSource
{
    private const string Prefix = "Kestrel:";

    public KestrelSection(IReadOnlyDictionary<string, string?> settings) => Data = Visible(settings);

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public IConfigurationSection ToSection() => new ConfigurationBuilder().Add(this).Build().GetSection("Kestrel");

    public void Take(IReadOnlyDictionary<string, string?> settings)
    {
        Dictionary<string, string?> next = Visible(settings);
        if (next.Count != Data.Count || next.Any(setting => !Data.TryGetValue(setting.Key, out string? value) || value != setting.Value))
        {
            Data = next;
            OnReload();
        }
    }

    private static Dictionary<string, string?> Visible(IReadOnlyDictionary<string, string?> settings)
    {
        CertificateSettings certificates = CertificateSettings.In(settings);
        Dictionary<string, string?> visible = settings
            .Where(setting => setting.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && !certificates.Hides(setting.Key))
            .ToDictionary(StringComparer.OrdinalIgnoreCase);
        foreach (string name in certificates.NamePaths)
        {
            // A name with nothing but its certificate is still a name.
            visible.TryAdd(name, null);
        }

        return visible;
    }
}
