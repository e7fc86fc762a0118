using System.Globalization;
using Gateway.Policies.Routing;
using StackExchange.Redis;

namespace Gateway.Policies.Redis;

/// <summary>The independent Redis that locks are held in: what most of them grant is granted.</summary>
internal sealed class RedisLockServers
{
    private static readonly RedisScript Acquire = RedisScript.Embedded("lock-acquire.lua");
    private static readonly RedisScript Number = RedisScript.Embedded("lock-number.lua");
    private static readonly TimeSpan NumberKept = TimeSpan.FromDays(1);
    private readonly IReadOnlyList<RedisLink> _links;

    public RedisLockServers(IReadOnlyList<RedisLink> links)
    {
        _links = links;
        foreach (RedisLink link in links)
        {
            link.Warm(Acquire, Number, RedisLock.Extend, RedisLock.Release);
        }
    }

    /// <summary>Most of them answer.</summary>
    public bool IsAvailable => _links.Count(link => link.IsAvailable) >= Majority;

    private int Majority => (_links.Count / 2) + 1;

    /// <summary>The holder's number; null when most do not grant the lock.</summary>
    public async ValueTask<long?> AcquireAsync(string resource, string owner, TimeSpan expiry)
    {
        long[] numbers = await Task.WhenAll(_links.Select(link => NumberAsync(link, resource, owner, expiry)));
        if (numbers.Count(number => number > 0) < Majority)
        {
            return null;
        }

        // Where all grant the same number, which is always so with one Redis, all know it already.
        long largest = numbers.Max();
        bool known = Array.TrueForAll(numbers, number => number == largest);
        return known || await MostAsync(Number, resource, [owner, largest, Milliseconds(expiry + NumberKept)]) ? largest : null;
    }

    public ValueTask<bool> ExtendAsync(string resource, string owner, TimeSpan expiry) => MostAsync(RedisLock.Extend, resource, [owner, Milliseconds(expiry)]);

    public async ValueTask ReleaseAsync(string resource, string owner) => await MostAsync(RedisLock.Release, resource, [owner]);

    private async ValueTask<bool> MostAsync(RedisScript script, string resource, RedisValue[] values)
    {
        long[] answers = await Task.WhenAll(_links.Select(link => RunAsync(link, script, resource, values)));
        return answers.Count(answer => answer == 1) >= Majority;
    }

    /// <summary>0 when this one does not grant the lock.</summary>
    private static Task<long> NumberAsync(RedisLink link, string resource, string owner, TimeSpan expiry) =>
        RunAsync(link, Acquire, resource, [owner, Milliseconds(expiry), Milliseconds(NumberKept)]);

    private static async Task<long> RunAsync(RedisLink link, RedisScript script, string resource, RedisValue[] values)
    {
        try
        {
            // Braces: both keys stand in one slot of a Cluster. 1 is the version of what they hold.
            string key = $"{link.KeyPrefix}lock:1:{{{resource}}}";
            RedisResult answer = await link.EvaluateAsync(script, [key, key + ":number"], values, new WaitBudget());
            return long.TryParse($"{answer}", CultureInfo.InvariantCulture, out long number) ? number : 0;
        }
        catch (StoreUnavailableException)
        {
            return 0;
        }
    }

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
