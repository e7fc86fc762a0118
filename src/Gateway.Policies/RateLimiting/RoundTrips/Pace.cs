namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>
/// How often a question comes, told by its last full slice of time: 50 ms, or longer until 16 have come, but no longer than permits are
/// worth holding for. Who came back within two of the longest slices is expected once more at least.
/// </summary>
internal struct Pace
{
    /// <summary>So many in a slice tell enough.</summary>
    public const int Plenty = 16;

    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(50);

    private long _began;
    private int _came;

    /// <summary>How many are expected in the next <see cref="Slice"/>; zero when the question comes for the first time, or had paused.</summary>
    public int Expected { get; private set; }

    public TimeSpan Slice { get; private set; }

    /// <summary>When the question last came; null: never.</summary>
    public long? Last { get; private set; }

    /// <summary>Notes that the question came.</summary>
    /// <param name="now">In ticks of 100 ns.</param>
    /// <param name="longest">Of a slice.</param>
    public void Arrived(long now, TimeSpan longest)
    {
        long passed = now - _began;
        bool paused = Last is not { } last || now - last >= 2 * longest.Ticks;
        Last = now;
        if (passed >= Shortest.Ticks && (_came >= Plenty || passed >= longest.Ticks))
        {
            Slice = TimeSpan.FromTicks(Math.Min(passed, longest.Ticks));
            Expected = passed < 2 * longest.Ticks ? (int)(_came * Slice.Ticks / passed) : 0;
            // Many more in a long slice came in a burst: that another follows is not known.
            Expected = passed < 2 * Shortest.Ticks ? Expected : Math.Min(Expected, Plenty);
            (_began, _came) = (now, 0);
        }

        if (Expected == 0 && !paused)
        {
            (Expected, Slice) = (1, longest);
        }

        _came++;
    }
}
