namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>
/// Keys whose last response could not be shared: requests for them do not wait for each other (hit-for-miss). A table of fixed size that
/// holds hashes only, seeded for this process: keys that share a place displace each other, and one that is taken for another is
/// forwarded without being stored; neither is more than a fetch too many.
/// </summary>
internal sealed class UncacheableMarks(TimeProvider time)
{
    private const int KeptSeconds = 120;
    private const int Several = 4;
    private const int SecondsBits = 28;
    private const uint SecondsMask = (1u << SecondsBits) - 1;
    private readonly long[] _places = new long[64 * 1024];
    private readonly long _began = time.GetTimestamp();

    public bool Has(string key) => TimesOf(key) > 0;

    /// <summary>True once it was marked several times in a row: it is most likely never shareable, and not worth recording.</summary>
    public bool IsSettled(string key) => TimesOf(key) >= Several;

    public void Set(string key)
    {
        int hash = key.GetHashCode(StringComparison.Ordinal);
        uint times = (uint)Math.Min(TimesOf(key) + 1, Several);
        Volatile.Write(ref Place(hash), ((long)hash << 32) | (times << SecondsBits) | Seconds());
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

    /// <summary>How often in a row it was marked; zero when it is not.</summary>
    private int TimesOf(string key)
    {
        int hash = key.GetHashCode(StringComparison.Ordinal);
        long mark = Volatile.Read(ref Place(hash));
        bool stands = mark != 0 && (int)(mark >> 32) == hash && Seconds() - ((uint)mark & SecondsMask) < KeptSeconds;
        return stands ? (int)((uint)mark >> SecondsBits) : 0;
    }

    private ref long Place(int hash) => ref _places[(uint)hash % (uint)_places.Length];

    /// <summary>Since this table was made, from 1 on, so that no mark is 0; enough bits for eight years.</summary>
    private uint Seconds() => (uint)(1 + (long)time.GetElapsedTime(_began).TotalSeconds) & SecondsMask;
}
