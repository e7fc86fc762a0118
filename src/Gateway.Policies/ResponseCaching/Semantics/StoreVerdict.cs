namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>Whether a response may be stored, and the rule that decided.</summary>
/// <param name="Store">True: it may.</param>
/// <param name="Reason">One of <see cref="CacheReason"/>.</param>
internal readonly record struct StoreVerdict(bool Store, string Reason);
