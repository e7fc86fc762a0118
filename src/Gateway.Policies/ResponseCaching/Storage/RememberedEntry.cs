namespace Gateway.Policies.ResponseCaching.Storage;

/// <summary>What memory has for a request.</summary>
/// <param name="Entry">Null: nothing.</param>
/// <param name="IsTrusted">False: invalidations may have been missed since it came.</param>
internal readonly record struct RememberedEntry(CacheEntry? Entry, bool IsTrusted);
