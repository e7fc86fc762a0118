using System.Globalization;
using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;
using Gateway.Policies.Configuration;
using Gateway.Policies.Routing;

namespace Gateway.Configuration.Rules;

/// <summary>Ranges of the gateway's own values.</summary>
internal sealed class RangesRule : IConfigRule
{
    private const int LongestPrefix = 64;

    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        CheckTime(draft, "Gateway:Redis:Deadline", draft.Options.Redis.Deadline, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10), mistakes);
        CheckTime(draft, "Gateway:ShutdownTimeout", draft.Options.ShutdownTimeout, TimeSpan.Zero, TimeSpan.FromHours(1), mistakes);
        CheckNumber(draft, "Gateway:RateLimitMemory:MaxPartitions", draft.Options.RateLimitMemory.MaxPartitions, 64, 100_000_000, mistakes);
        CheckNumber(draft, "Gateway:RateLimitMemory:MaxStamps", draft.Options.RateLimitMemory.MaxStamps, 1024, 1L << 32, mistakes);
        CheckCacheMemory(draft, mistakes);
        CheckNumber(draft, "Gateway:MaxConcurrentRequests", draft.Options.MaxConcurrentRequests ?? 1, 1, 1_000_000, mistakes);
        CheckNumber(draft, "Gateway:MaxQueuedRequests", draft.Options.MaxQueuedRequests, 0, 100_000, mistakes);
        CheckTime(draft, "Gateway:QueueTimeout", draft.Options.QueueTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1), mistakes);
        foreach (RoutePolicies route in draft.Policies)
        {
            CheckNumber(draft, $"ReverseProxy:Routes:{route.RouteId}:Priority", route.Priority, -1000, 1000, mistakes);
        }

        string prefix = draft.Options.Redis.KeyPrefix;
        if (prefix.Length > LongestPrefix || prefix.Any(letter => letter is <= ' ' or > '~' or '{' or '}'))
        {
            // Braces would move every key into one slot of a Redis Cluster.
            SettingNode node = draft.Root.Nearest("Gateway:Redis:KeyPrefix");
            mistakes.Add(node, $"{node.Shown} is not valid", $"up to {LongestPrefix} printable ASCII characters without spaces and braces, for example \"gw:\"");
        }
    }

    private static void CheckCacheMemory(ConfigDraft draft, MistakeList mistakes)
    {
        if (draft.Options.CacheMemory.Bytes is < 1L << 20 or > 1L << 40)
        {
            SettingNode node = draft.Root.Nearest("Gateway:CacheMemory");
            mistakes.Add(node, $"{node.Shown} is not valid", "a size from \"1MB\" to \"1024GB\"");
        }
    }

    private static void CheckNumber(ConfigDraft draft, string path, long value, long least, long most, MistakeList mistakes)
    {
        if (value < least || value > most)
        {
            SettingNode node = draft.Root.Nearest(path);
            mistakes.Add(node, $"{node.Shown} is not valid", string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"));
        }
    }

    private static void CheckTime(ConfigDraft draft, string path, TimeSpan value, TimeSpan least, TimeSpan most, MistakeList mistakes)
    {
        if (value < least || value > most)
        {
            SettingNode node = draft.Root.Nearest(path);
            mistakes.Add(node, $"{node.Shown} is not valid", $"a duration from \"{Duration.Format(least)}\" to \"{Duration.Format(most)}\"");
        }
    }
}
