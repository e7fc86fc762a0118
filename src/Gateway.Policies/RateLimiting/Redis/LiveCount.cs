namespace Gateway.Policies.RateLimiting.Redis;

/// <summary>
/// How many gateways there are, by what Redis says. A Redis that lost its memory knows only those that have reported since: for as
/// long as a silent gateway counts, the number does not fall then, or each gateway would take the whole limit for its share.
/// </summary>
internal sealed class LiveCount(TimeSpan silence, TimeProvider time)
{
    private long? _forgotten;
    private volatile int _count = 1;

    public int Count => _count;

    /// <param name="alive">Gateways alive, this one included.</param>
    /// <param name="wasKnown">Redis knew this one from before.</param>
    public void Heard(int alive, bool wasKnown)
    {
        _forgotten = wasKnown ? _forgotten : time.GetTimestamp();
        bool mayFall = _forgotten is not { } since || time.GetElapsedTime(since) >= silence;
        _count = mayFall ? Math.Max(1, alive) : Math.Max(_count, alive);
    }
}
