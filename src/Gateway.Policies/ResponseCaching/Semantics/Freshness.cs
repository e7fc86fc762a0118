namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>Age and lifetime arithmetic (RFC 9111 §4.2). All times in milliseconds; nothing overflows.</summary>
internal static class Freshness
{
    /// <summary>How long a response may be served past its lifetime when the destination cannot be reached and nothing forbids it: 1 h.</summary>
    public const long DisconnectedGrace = 3_600_000;

    /// <summary>How long a stale response with a validator is kept to be validated: 1 h.</summary>
    public const long KeptForValidation = 3_600_000;

    /// <summary>A heuristic lifetime is at most a day.</summary>
    private const long MaxHeuristic = 86_400_000;

    /// <summary>The times of a response asked for at <paramref name="requestTime"/> and received at <paramref name="responseTime"/>.</summary>
    public static EntryTimes TimesOf(ResponseFacts facts, FreshnessRules rules, long requestTime, long responseTime)
    {
        CacheControl control = facts.Control;
        (long lifetime, LifetimeSource source) = LifetimeOf(facts, rules);
        bool forced = rules.Force && source is LifetimeSource.Policy;
        bool neverStale = !forced && (control.MustRevalidate || control.ProxyRevalidate || control.SharedMaxAge is not null);
        bool mayBeStale = !neverStale && (forced || !control.NoCache);
        return new EntryTimes
        {
            ResponseTime = responseTime,
            InitialAge = source is LifetimeSource.Policy ? 0 : InitialAge(facts, requestTime, responseTime),
            Lifetime = lifetime,
            Source = source,
            NeverStale = neverStale,
            AlwaysValidate = control.NoCache && !forced,
            StaleWhileRevalidate = mayBeStale ? Milliseconds(control.StaleWhileRevalidate) ?? rules.StaleWhileRevalidate ?? 0 : 0,
            StaleIfError = mayBeStale ? Milliseconds(control.StaleIfError) ?? rules.StaleIfError ?? 0 : 0,
            StaleIfDisconnected = mayBeStale ? Milliseconds(control.StaleIfError) ?? rules.StaleIfError ?? DisconnectedGrace : 0,
        };
    }

    /// <summary>freshness_lifetime (§4.2.1) and what decided it.</summary>
    public static (long Lifetime, LifetimeSource Source) LifetimeOf(ResponseFacts facts, FreshnessRules rules)
    {
        CacheControl control = facts.Control;
        long? byStatus = rules.ByStatus.Of(facts.Status);
        return (byStatus ?? rules.Ttl, control) switch
        {
            ({ } ttl, _) when rules.Override || rules.Force => (ttl, LifetimeSource.Policy),
            (_, { SharedMaxAge: { } seconds }) => (seconds * 1000, LifetimeSource.SharedMaxAge),
            (_, { MaxAge: { } seconds }) => (seconds * 1000, LifetimeSource.MaxAge),
            _ when facts.Expires is { } expires => (expires > facts.Date ? expires - facts.Date : 0, LifetimeSource.Expires),
            ({ } ttl, { NoCache: false }) when byStatus is not null || StatusCodes9110.IsHeuristicallyCacheable(facts.Status) => (ttl, LifetimeSource.Policy),
            _ when rules.Heuristic && HeuristicAllowed(facts) && facts.LastModified is { } modified && modified < facts.Date =>
                (Math.Min((facts.Date - modified) / 10, MaxHeuristic), LifetimeSource.Heuristic),
            _ => (0, LifetimeSource.None),
        };
    }

    /// <summary>corrected_initial_age (§4.2.3).</summary>
    public static long InitialAge(ResponseFacts facts, long requestTime, long responseTime)
    {
        // Date has whole seconds: the fraction of a second since is no age.
        long apparentAge = Math.Max(0, (responseTime / 1000 * 1000) - facts.Date);
        long responseDelay = Math.Max(0, responseTime - requestTime);
        return Math.Max(apparentAge, (facts.Age * 1000) + responseDelay);
    }

    /// <summary>§4.2.2: statuses that RFC 9110 §15.1 lists, and any response that says public.</summary>
    private static bool HeuristicAllowed(ResponseFacts facts) =>
        StatusCodes9110.IsHeuristicallyCacheable(facts.Status) || facts.Control.Public;

    private static long? Milliseconds(long? seconds) => seconds * 1000;
}
