using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Gateway.Policies.Routing;

namespace Gateway.Policies.RouteBinding;

/// <summary>
/// A YARP route's metadata that also carries the route's policies, so that both reach the endpoint in one object and one swap.
/// YARP keeps a route's endpoint when its config is unchanged; the policies' fingerprint is an entry here, so a changed policy
/// changes the route.
/// </summary>
public sealed class PolicyRouteMetadata : IReadOnlyDictionary<string, string>
{
    /// <summary>The metadata key of the policies' fingerprint.</summary>
    public const string FingerprintKey = "Gateway.Policies";

    private readonly Dictionary<string, string> _entries;

    /// <param name="policies">The compiled policies.</param>
    /// <param name="fingerprint">Differs whenever anything in <paramref name="policies"/> differs.</param>
    /// <param name="own">The metadata the route has in the file.</param>
    public PolicyRouteMetadata(RoutePolicies policies, string fingerprint, IReadOnlyDictionary<string, string>? own)
    {
        Policies = policies;
        _entries = own is null ? [] : new Dictionary<string, string>(own, StringComparer.OrdinalIgnoreCase);
        _entries[FingerprintKey] = fingerprint;
    }

    public RoutePolicies Policies { get; }

    public int Count => _entries.Count;

    public IEnumerable<string> Keys => _entries.Keys;

    public IEnumerable<string> Values => _entries.Values;

    public string this[string key] => _entries[key];

    public bool ContainsKey(string key) => _entries.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value) => _entries.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
