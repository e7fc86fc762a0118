namespace Gateway.Policies.ResponseCaching.Storage;

/// <summary>What a lookup found.</summary>
/// <param name="Entry">Null: nothing that counts.</param>
/// <param name="SoftPurged">True: stale, whatever its times say.</param>
internal readonly record struct FoundEntry(CacheEntry? Entry, bool SoftPurged);
