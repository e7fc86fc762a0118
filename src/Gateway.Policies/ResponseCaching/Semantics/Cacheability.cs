namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>What may be stored (RFC 9111 §3).</summary>
internal static class Cacheability
{
    /// <summary>Decides on the response to a GET.</summary>
    /// <param name="request">The request's own directives.</param>
    /// <param name="credentials">True when the request carried credentials that the entry would be shared across (§3.5).</param>
    /// <param name="facts">The response.</param>
    /// <param name="rules">The policy.</param>
    public static StoreVerdict Decide(CacheControl request, bool credentials, ResponseFacts facts, FreshnessRules rules)
    {
        (long lifetime, LifetimeSource source) = Freshness.LifetimeOf(facts, rules);
        bool forced = rules.Force && source is LifetimeSource.Policy;
        string? refusal = StatusRefusal(facts, rules) ?? (forced ? null : ControlRefusal(request, facts)) ?? SharingRefusal(credentials, facts);
        return refusal is not null ? new StoreVerdict(false, refusal) : Usefulness(facts, lifetime, source, forced);
    }

    /// <summary>Whether a response allows a cache to share it among requests that carry credentials (§3.5).</summary>
    public static bool AllowsSharing(CacheControl control) => control.Public || control.MustRevalidate || control.SharedMaxAge is not null;

    private static string? StatusRefusal(ResponseFacts facts, FreshnessRules rules) => facts.Status switch
    {
        206 when facts.Part is null => CacheReason.Partial,
        304 or < 200 => CacheReason.Status,
        _ when (rules.ByStatus.Of(facts.Status) ?? (StatusCodes9110.IsNeverStored(facts.Status) ? 0 : null)) is 0 => CacheReason.Status,
        _ => null,
    };

    private static string? ControlRefusal(CacheControl request, ResponseFacts facts)
    {
        CacheControl control = facts.Control;
        bool understood = StatusCodes9110.IsUnderstood(facts.Status);
        return control switch
        {
            _ when request.NoStore => CacheReason.RequestNoStore,
            { MustUnderstand: true } when !understood => CacheReason.MustUnderstand,
            { MustUnderstand: false, NoStore: true } => CacheReason.NoStore,
            { Private: true } => CacheReason.Private,
            _ => null,
        };
    }

    private static string? SharingRefusal(bool credentials, ResponseFacts facts) => facts switch
    {
        _ when credentials && !AllowsSharing(facts.Control) => CacheReason.Credentials,
        { SetsCookie: true } => CacheReason.SetCookie,
        { Vary.IsAny: true } => CacheReason.VaryAny,
        _ => null,
    };

    /// <summary>A response that is stale at once is worth storing only where it can be validated; without explicit leave, only statuses of §15.1.</summary>
    private static StoreVerdict Usefulness(ResponseFacts facts, long lifetime, LifetimeSource source, bool forced)
    {
        bool leave = source is not LifetimeSource.None || facts.Control.Public || StatusCodes9110.IsHeuristicallyCacheable(facts.Status);
        bool useful = facts.HasValidator || (lifetime > 0 && (forced || !facts.Control.NoCache));
        bool stale = !facts.Control.NoCache && facts.Control is { StaleIfError: > 0 } or { StaleWhileRevalidate: > 0 };
        return leave && (useful || stale) ? new StoreVerdict(true, CacheReason.Stored) : new StoreVerdict(false, CacheReason.NoFreshness);
    }
}
