using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;
using Gateway.Policies.Redis;

namespace Gateway.Configuration.Rules;

/// <summary>Connection strings can be read. They may hold a password, so no message quotes them.</summary>
internal sealed class RedisConnectionRule : IConfigRule
{
    private static readonly string[] Keys = ["Connection", "RateLimits", "Sessions", "Cache", "Events"];

    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        foreach (string key in Keys)
        {
            if (draft.Root.Find($"Gateway:Redis:{key}") is { IsScalar: true } node && RedisConnectionText.ProblemOf(node.Value!) is { } problem)
            {
                mistakes.Add(node, problem, "a StackExchange.Redis connection string such as \"localhost:6379,password=…,ssl=true\"");
            }
        }
    }
}
