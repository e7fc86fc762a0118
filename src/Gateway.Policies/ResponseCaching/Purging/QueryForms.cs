using Gateway.Policies.ResponseCaching.Semantics;

namespace Gateway.Policies.ResponseCaching.Purging;

/// <summary>The distinct ways in which routes cut queries down, so that a purge of one URL finds it under each. Grows with the configuration only.</summary>
internal sealed class QueryForms
{
    private readonly Lock _gate = new();
    private QueryFilter[] _known = [];

    /// <summary>True once a route has a cache.</summary>
    public bool AnyRoute { get; private set; }

    public void Add(QueryFilter? filter)
    {
        AnyRoute = true;
        lock (_gate)
        {
            if (filter is not null && !Array.Exists(_known, known => known.SameAs(filter)))
            {
                _known = [.. _known, filter];
            }
        }
    }

    /// <summary>All keys a URL can have; empty when it is no absolute URL.</summary>
    public IReadOnlySet<string> KeysOf(string url)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (QueryFilter? filter in (QueryFilter?[])[null, .. _known])
        {
            if (CacheKey.OfUrl(url, filter) is { } key)
            {
                keys.Add(key);
            }
        }

        return keys;
    }
}
