using StackExchange.Redis;

namespace Gateway.Policies.Redis;

/// <summary>The Sentinels name no primary.</summary>
/// <param name="reason">Why, in words that hold no key and no credential.</param>
/// <param name="isBroken">A Sentinel ended the connection without a word.</param>
internal sealed class NoPrimaryException(string reason, bool isBroken) : RedisException(reason)
{
    public bool IsBroken => isBroken;
}
