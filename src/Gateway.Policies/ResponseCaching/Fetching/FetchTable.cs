using System.Collections.Concurrent;

namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>The fetches under way that others may join, by key.</summary>
internal sealed class FetchTable
{
    private readonly ConcurrentDictionary<string, Fetch> _fetches = new(StringComparer.Ordinal);
    private long _invalidations;

    public int Count => _fetches.Count;

    /// <summary>Grows with every invalidation; who keeps what it learnt without a fetch in this table compares before and after.</summary>
    public long Invalidations => Interlocked.Read(ref _invalidations);

    public Fetch? Find(string key) => _fetches.GetValueOrDefault(key);

    /// <summary>False when another fetch has the key.</summary>
    public bool TryAdd(string key, Fetch fetch) => _fetches.TryAdd(key, fetch);

    /// <summary>Takes the fetch out, unless another has taken its place.</summary>
    public void Remove(string key, Fetch fetch) => _fetches.TryRemove(KeyValuePair.Create(key, fetch));

    /// <summary>Nothing that is under way for the URI may be stored or joined any more.</summary>
    public void MakeVoid(string uri)
    {
        Interlocked.Increment(ref _invalidations);
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
}
