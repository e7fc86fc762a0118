using System.Globalization;
using Gateway.Testing;

namespace Gateway.Policies.Tests.ResponseCaching.Support;

/// <summary>Commands a Redis has run since its counters were set to zero: those that gateways sent, and those of scripts.</summary>
internal static class RedisCalls
{
    /// <summary>Commands about keys: what gateways send on their own now and then, such as PING, is left out.</summary>
    private static readonly string[] AboutKeys =
        ["hmget", "hget", "hgetall", "hset", "get", "mget", "getrange", "set", "setex", "psetex", "del", "unlink", "exists", "eval", "evalsha", "pexpire", "expire"];

    public static Task ResetAsync(RedisServer redis) => redis.AskAsync("CONFIG RESETSTAT");

    public static async Task<string[]> KeysAsync(RedisServer redis, string pattern) =>
        (await redis.AskAsync($"KEYS {pattern}")).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>How many fetches hold their lease still: an ended one leaves a single letter behind.</summary>
    public static async Task<int> LeasesAsync(RedisServer redis)
    {
        int held = 0;
        foreach (string lease in await KeysAsync(redis, "gw:c:l:*"))
        {
            held += (await redis.AskAsync($"GET {lease}")).Length > 1 ? 1 : 0;
        }

        return held;
    }

    /// <summary>How often each command about keys was run; those that were not are left out.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> CountAsync(RedisServer redis)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (string line in (await redis.AskAsync("INFO commandstats")).Split('\n', StringSplitOptions.TrimEntries))
        {
            int colon = line.IndexOf(":calls=", StringComparison.Ordinal);
            if (line.StartsWith("cmdstat_", StringComparison.Ordinal) && colon > 0 && AboutKeys.Contains(line[8..colon], StringComparer.Ordinal))
            {
                string calls = line[(colon + 7)..];
                counts[line[8..colon]] = long.Parse(calls[..calls.IndexOf(',', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
            }
        }

        return counts;
    }
}
