using System.Collections.Concurrent;

namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>The fetches under way that others may join, by key.</summary>
internal sealed class FetchTable
{
    private readonly ConcurrentDictionary<string, Fetch> _fetches = new(StringComparer.Ordinal);
    private readonly long[] _invalidations = new long[1024];

    public int Count => _fetches.Count;

    /// <summary>
    /// Grows with every invalidation of the URI (and of the few that share its place here); who keeps what it learnt without a fetch in this
    /// table compares before and after.
    /// </summary>
    public long InvalidationsOf(string uri) => Interlocked.Read(ref PlaceOf(uri));

    public Fetch? Find(string key) => _fetches.GetValueOrDefault(key);

    /// <summary>False when another fetch has the key.</summary>
    public bool TryAdd(string key, Fetch fetch) => _fetches.TryAdd(key, fetch);

    /// <summary>Takes the fetch out, unless another has taken its place.</summary>
    public void Remove(string key, Fetch fetch) => _fetches.TryRemove(KeyValuePair.Create(key, fetch));

    /// <summary>Nothing that is under way for the URI may be stored or joined any more.</summary>
    public void MakeVoid(string uri)
    {
        Interlocked.Increment(ref PlaceOf(uri));
        foreach ((string key, Fetch fetch) in _fetches)
        {
            if (fetch.Uri == uri)
            {
                fetch.MakeVoid();
                Remove(key, fetch);
            }
        }
    }

    /// <summary>Nobody may join what is under way now; whether it is stored, its stamp decides.</summary>
    public void CloseAll()
    {
        foreach ((string key, Fetch fetch) in _fetches)
        {
            if (!fetch.IsPrivate)
            {
                Remove(key, fetch);
            }
        }
    }

    private ref long PlaceOf(string uri) => ref _invalidations[(uint)uri.GetHashCode(StringComparison.Ordinal) % (uint)_invalidations.Length];
}
