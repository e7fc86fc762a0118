namespace Gateway.Hosting.Tls;

/// <summary>The certificates of one endpoint, by server name: exact names first, then the longest wildcard, then the endpoint's own.</summary>
internal sealed class EndpointCertificates
{
    private readonly Dictionary<string, LiveCertificate> _exact = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(string Suffix, LiveCertificate Certificate)> _wildcards = [];
    private readonly LiveCertificate? _own;

    /// <param name="own">For every other name and for clients that send none. Null: there is none.</param>
    /// <param name="byName">As in the section <c>Sni</c>: <c>www.example.com</c>, <c>*.example.com</c>, <c>*</c>.</param>
    public EndpointCertificates(LiveCertificate? own, IEnumerable<KeyValuePair<string, LiveCertificate>> byName)
    {
        _own = own;
        foreach ((string name, LiveCertificate certificate) in byName)
        {
            if (name == "*")
            {
                _own = certificate;
            }
            else if (name.StartsWith("*.", StringComparison.Ordinal))
            {
                _wildcards.Add((name[1..], certificate));
            }
            else
            {
                _exact[name] = certificate;
            }
        }

        _wildcards.Sort(static (left, right) => right.Suffix.Length.CompareTo(left.Suffix.Length));
    }

    public bool IsEmpty => _own is null && _exact.Count == 0 && _wildcards.Count == 0;

    /// <summary>Null: no certificate for this name.</summary>
    public LiveCertificate? For(string? serverName)
    {
        if (serverName is null || (_exact.Count == 0 && _wildcards.Count == 0))
        {
            return _own;
        }

        if (_exact.TryGetValue(serverName, out LiveCertificate? exact))
        {
            return exact;
        }

        foreach ((string suffix, LiveCertificate certificate) in _wildcards)
        {
            if (serverName.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) && serverName.Length > suffix.Length)
            {
                return certificate;
            }
        }

        return _own;
    }
}
