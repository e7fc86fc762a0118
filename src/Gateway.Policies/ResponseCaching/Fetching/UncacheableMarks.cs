namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>
/// Keys whose last response could not be shared: requests for them do not wait for each other (hit-for-miss). A table of fixed size that
/// holds hashes only, seeded for this process: keys that share a place displace each other, and one that is taken for another is
/// forwarded without being stored; neither is more than a fetch too many.
/// </summary>
internal sealed class UncacheableMarks(TimeProvider time)
{
    private const int KeptSeconds = 120;
    private readonly long[] _places = new long[64 * 1024];
    private readonly long _began = time.GetTimestamp();

    public bool Has(string key)
    {
        int hash = key.GetHashCode(StringComparison.Ordinal);
        long mark = Volatile.Read(ref Place(hash));
        return mark != 0 && (int)(mark >> 32) == hash && Seconds() - (int)mark < KeptSeconds;
    }

    public void Set(string key)
    {
        int hash = key.GetHashCode(StringComparison.Ordinal);
        Volatile.Write(ref Place(hash), ((long)hash << 32) | (uint)Seconds());
    }

    /// <summary>False when there was no mark.</summary>
    public bool Clear(string key)
    {
        bool had = Has(key);
        if (had)
        {
            Volatile.Write(ref Place(key.GetHashCode(StringComparison.Ordinal)), 0);
        }

        return had;
    }

    private ref long Place(int hash) => ref _places[(uint)hash % (uint)_places.Length];

    /// <summary>Since this table was made, from 1 on, so that no mark is 0.</summary>
    private int Seconds() => 1 + (int)time.GetElapsedTime(_began).TotalSeconds;
}
