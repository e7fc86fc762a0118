using Gateway.Policies.ResponseCaching.Storage;

namespace Gateway.Policies.ResponseCaching.Redis;

/// <summary>An entry as it was decoded; its body is as it lies in Redis, and empty where it lies in chunks.</summary>
internal readonly record struct DecodedEntry(CacheEntry Entry, BodyLayout Layout);
