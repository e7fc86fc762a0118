namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>Whether a response may be stored, and the rule that decided.</summary>
/// <param name="Store">True: it may.</param>
/// <param name="Reason">One of <see cref="CacheReason"/>.</param>
internal readonly record struct StoreVerdict(bool Store, string Reason)
{
    /// <summary>True: it may not, and not because of the one request or the one client it answered.</summary>
    public bool IsOfTheResource => !Store && Reason is not
        (CacheReason.Disconnected or CacheReason.Credentials or CacheReason.SetCookie or CacheReason.RequestNoStore or CacheReason.RequestCondition);
}
