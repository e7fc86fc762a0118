using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;
using Gateway.Policies.Redis;

namespace Gateway.Configuration.Rules;

/// <summary>Connection strings can be read, and every concern has one or none has. They may hold a password, so no message quotes them.</summary>
internal sealed class RedisConnectionRule : IConfigRule
{
    private const string Shared = "Connection";
    private static readonly string[] Concerns = ["RateLimits", "Sessions", "Cache", "Events"];
    private static readonly string[] Keys = [Shared, .. Concerns];

    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        foreach (string key in Keys.Concat(Enumerable.Range(0, draft.Options.Redis.Locks.Count).Select(index => $"Locks:{index}")))
        {
            if (draft.Root.Find($"Gateway:Redis:{key}") is { IsScalar: true } node && RedisConnectionText.ProblemOf(node.Value!) is { } problem)
            {
                mistakes.Add(node, problem, "a StackExchange.Redis connection string such as \"localhost:6379,password=…,ssl=true\"");
            }
        }

        if (draft.Root.Find("Gateway:Redis") is { } redis && redis.Child(Shared) is null)
        {
            CheckAllOrNone(redis, mistakes);
        }
    }

    private static void CheckAllOrNone(SettingNode redis, MistakeList mistakes)
    {
        string[] missing = [.. Concerns.Where(concern => redis.Child(concern) is null)];
        if (missing.Length > 0 && Concerns.Select(redis.Child).FirstOrDefault(concern => concern is not null) is { } named)
        {
            mistakes.Add(
                new ConfigMistake(named.KeyOrigin, redis.Path, $"{named.Key} names a Redis, but Connection is not set, so {string.Join(", ", missing)} would have none", "Connection for what is not named, or each of them"));
        }
    }
}
