using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;
using Gateway.Policies.Configuration;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.ResponseCaching;

namespace Gateway.Configuration.Routes;

/// <summary>Where named policies are, and the mistake of a name that is not there.</summary>
internal static class PolicyNames
{
    /// <summary>The section that holds the policies of a kind.</summary>
    public static string SectionOf<T>()
        where T : Policy =>
        typeof(T) == typeof(RateLimitPolicy) ? "RateLimits" : typeof(T) == typeof(CachePolicy) ? "Caches" : "Sessions";

    public static void ReportUnknown(SettingNode node, string section, IEnumerable<string> known, MistakeList mistakes)
    {
        string names = string.Join(", ", known.Select(name => $"\"{name}\""));
        string allowed = names.Length == 0 ? $"an inline object, or a name once Gateway:{section} has one" : $"{names}, \"{RoutePolicyReader.None}\" or an inline object";
        mistakes.Add(node, $"{node.Shown} is not a policy of Gateway:{section}", allowed, node.IsScalar ? NearestName.Of(node.Value!, known) : null);
    }
}
