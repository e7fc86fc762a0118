namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>Why the cache did what it did: the bounded set of texts in metrics, the access log and Cache-Status details.</summary>
internal static class CacheReason
{
    public const string Fresh = "fresh";
    public const string Stored = "stored";
    public const string UriMiss = "uri-miss";
    public const string VaryMiss = "vary-miss";
    public const string PartialMiss = "partial-miss";
    public const string Stale = "stale";
    public const string Method = "method";
    public const string NoStore = "no-store";
    public const string RequestNoStore = "request-no-store";
    public const string RequestNoCache = "request-no-cache";
    public const string RequestMaxAge = "request-max-age";
    public const string RequestMinFresh = "request-min-fresh";
    public const string MaxStale = "max-stale";
    public const string OnlyIfCached = "only-if-cached";
    public const string NoCache = "no-cache";
    public const string MustUnderstand = "must-understand";
    public const string Private = "private";
    public const string Credentials = "credentials";
    public const string SetCookie = "set-cookie";
    public const string VaryAny = "vary-any";
    public const string Status = "status";
    public const string Partial = "partial";
    public const string RequestCondition = "request-condition";
    public const string NoFreshness = "no-freshness";
    public const string TooLarge = "too-large";
    public const string Truncated = "truncated";
    public const string Purged = "purged";
    public const string RequestBody = "request-body";
    public const string Upgrade = "upgrade";
    public const string EventStream = "event-stream";
    public const string AmbiguousPath = "ambiguous-path";
    public const string OverrideField = "override-field";
    public const string Range = "range";
    public const string BypassCondition = "bypass-condition";
    public const string MinUses = "min-uses";
    public const string KnownUncacheable = "known-uncacheable";
    public const string WhileRevalidate = "stale-while-revalidate";
    public const string IfError = "stale-if-error";
    public const string Disconnected = "disconnected";
    public const string Revalidated = "revalidated";
    public const string HeadMiss = "head";
    public const string Fleet = "fleet";
    public const string FetchWait = "fetch-wait";
}
