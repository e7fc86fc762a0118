namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>The times of a stored response, in milliseconds; all that reuse depends on (RFC 9111 §4.2).</summary>
internal sealed record EntryTimes
{
    /// <summary>Unix time at which the response was received, or last validated.</summary>
    public required long ResponseTime { get; init; }

    /// <summary>corrected_initial_age (§4.2.3).</summary>
    public required long InitialAge { get; init; }

    public required long Lifetime { get; init; }

    public required LifetimeSource Source { get; init; }

    /// <summary>How long past its lifetime it may be served while it is fetched anew (RFC 5861 §3).</summary>
    public long StaleWhileRevalidate { get; init; }

    /// <summary>How long past its lifetime it may be served when the destination answers with an error (RFC 5861 §4).</summary>
    public long StaleIfError { get; init; }

    /// <summary>How long past its lifetime it may be served when the destination does not answer (RFC 9111 §4.2.4).</summary>
    public long StaleIfDisconnected { get; init; }

    /// <summary>Never served without successful validation: no-cache (RFC 9111 §5.2.2.4).</summary>
    public bool AlwaysValidate { get; init; }

    /// <summary>Never served stale: must-revalidate, proxy-revalidate, s-maxage (RFC 9111 §5.2.2).</summary>
    public bool NeverStale { get; init; }

    /// <summary>current_age (§4.2.3).</summary>
    public long AgeAt(long now) => InitialAge + Math.Max(0, now - ResponseTime);

    /// <summary>Milliseconds of freshness left; negative once stale.</summary>
    public long LeftAt(long now) => Lifetime - AgeAt(now);

    /// <summary>Stale from now on, and only good for errors: a later response took its place, and could not be stored.</summary>
    public EntryTimes SupersededAt(long now) => this with { Lifetime = Math.Min(Lifetime, AgeAt(now)), StaleWhileRevalidate = 0 };

    /// <summary>Of no use but to be validated: what it says of itself now does not allow more.</summary>
    public EntryTimes WithdrawnAt(long now) => SupersededAt(now) with { StaleIfError = 0, StaleIfDisconnected = 0, NeverStale = true };

    public bool IsFreshAt(long now) => !AlwaysValidate && LeftAt(now) > 0;

    /// <summary>How much longer than fresh the entry can be of use: served stale, or validated.</summary>
    public long UsefulAfterLifetime(bool hasValidator) =>
        Math.Max(hasValidator ? Freshness.KeptForValidation : 0, Math.Max(StaleWhileRevalidate, Math.Max(StaleIfError, StaleIfDisconnected)));
}
