namespace Gateway.Policies.RateLimiting;

/// <summary>Asks one limit for permits.</summary>
/// <param name="Policy">The policy's name.</param>
/// <param name="Partition">Whose permits: the keyed hash of policy and partition. Requests with the same one share their count.</param>
/// <param name="Limit">Permits per window.</param>
/// <param name="Window">The window's length; a part of a microsecond counts as a whole one.</param>
/// <param name="Cost">Permits that one request takes, 1 or more. One beyond the limit never passes.</param>
/// <param name="Algorithm">How the limit counts. Each algorithm has a count of its own.</param>
/// <param name="Burst">Permits that a <see cref="RateLimitAlgorithm.TokenBucket"/> holds; elsewhere without meaning.</param>
public readonly record struct PermitRequest(
    string Policy,
    UInt128 Partition,
    long Limit,
    TimeSpan Window,
    int Cost = 1,
    RateLimitAlgorithm Algorithm = RateLimitAlgorithm.SlidingWindow,
    long Burst = 0)
{
    /// <summary>
    /// Permits may come back before they leave the window (a policy with refunds). Then a denial may end sooner than it says, so that it
    /// is believed for a moment only, and no permits are held in advance.
    /// </summary>
    public bool MayBeRefunded { get; init; }

    /// <summary>Many gateways together may exceed the limit a little (<see cref="RateLimitAccuracy.Approximate"/>).</summary>
    public bool Approximate { get; init; }

    /// <summary>The largest limit of which a sliding window remembers every permit by its moment.</summary>
    public const long LargestExactLimit = 5000;

    /// <summary>
    /// True: a sliding window is counted in sub-windows although its limit is small enough to be counted exactly, for a policy whose
    /// requests cost much. Counts survive a change, but it costs a conversion.
    /// </summary>
    public bool Coarse { get; init; }

    /// <summary>Whether a sliding window of this request is counted in sub-windows: 64 of them, each that overlaps the window in full.</summary>
    public bool InSubWindows =>
        Algorithm is RateLimitAlgorithm.SlidingWindow && (Coarse || Limit > LargestExactLimit);

    /// <summary>The most permits there can be.</summary>
    internal long Capacity => Algorithm is RateLimitAlgorithm.TokenBucket ? Burst : Limit;

    internal long WindowMicroseconds => Microseconds.Of(Window);
}
