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

    /// <summary>The place of a key among the marks: requests with and without credentials are told apart.</summary>
    public static int Of(string uri, string variant, bool credentials) => HashCode.Combine(
        uri.GetHashCode(StringComparison.Ordinal), variant.GetHashCode(StringComparison.Ordinal), credentials);

    public bool Has(int mark) => TimesOf(mark) > 0;

    /// <summary>True once it was marked several times in a row: it is most likely never shareable, and not worth recording.</summary>
    public bool IsSettled(int mark) => TimesOf(mark) >= Several;

    public void Set(int mark)
    {
        uint times = (uint)Math.Min(TimesOf(mark) + 1, Several);
        Volatile.Write(ref Place(mark), ((long)mark << 32) | (times << SecondsBits) | Seconds());
    }

    /// <summary>False when there was no mark.</summary>
    public bool Clear(int mark)
    {
        bool had = Has(mark);
        if (had)
        {
            Volatile.Write(ref Place(mark), 0);
        }

        return had;
    }

    /// <summary>How often in a row it was marked; zero when it is not.</summary>
    private int TimesOf(int mark)
    {
        long place = Volatile.Read(ref Place(mark));
        bool stands = place != 0 && (int)(place >> 32) == mark && Seconds() - ((uint)place & SecondsMask) < KeptSeconds;
        return stands ? (int)((uint)place >> SecondsBits) : 0;
    }

    private ref long Place(int mark) => ref _places[(uint)mark % (uint)_places.Length];

    /// <summary>Since this table was made, from 1 on, so that no mark is 0; enough bits for eight years.</summary>
    private uint Seconds() => (uint)(1 + (long)time.GetElapsedTime(_began).TotalSeconds) & SecondsMask;
}
