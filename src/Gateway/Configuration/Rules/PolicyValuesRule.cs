using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;
using Gateway.Policies.Configuration;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;

namespace Gateway.Configuration.Rules;

/// <summary>Runs the rules of each kind of policy over the named and the inline ones, and gives their mistakes a place.</summary>
internal sealed class PolicyValuesRule : IConfigRule
{
    private static readonly IReadOnlyList<IPolicyRule<RateLimitPolicy>> RateLimits = RateLimitPolicyRules.All;
    private static readonly IReadOnlyList<IPolicyRule<CachePolicy>> Caches = CachePolicyRules.All;
    private static readonly IReadOnlyList<IPolicyRule<SessionPolicy>> Sessions = SessionPolicyRules.All;

    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        CheckNamed(draft, "RateLimits", draft.Options.RateLimits, RateLimits, mistakes);
        CheckNamed(draft, "Caches", draft.Options.Caches, Caches, mistakes);
        CheckNamed(draft, "Sessions", draft.Options.Sessions, Sessions, mistakes);
        foreach (RoutePolicies route in draft.Policies)
        {
            SettingNode node = draft.RouteNode(route.RouteId);
            CheckInline(node.Child("RateLimit"), route.RateLimits, route.RouteId, RateLimits, mistakes);
            CheckInline(node.Child("Cache"), route.Cache is { } cache ? [cache] : [], route.RouteId, Caches, mistakes);
            CheckInline(node.Child("Session"), route.Session is { } session ? [session] : [], route.RouteId, Sessions, mistakes);
        }
    }

    private static void CheckNamed<T>(
        ConfigDraft draft, string section, IReadOnlyDictionary<string, T> named, IReadOnlyList<IPolicyRule<T>> rules, MistakeList mistakes)
        where T : Policy
    {
        foreach ((string name, T policy) in named)
        {
            Run(draft.Root.Nearest($"Gateway:{section}:{name}"), policy, rules, mistakes);
        }
    }

    private static void CheckInline<T>(
        SettingNode? node, IReadOnlyList<T> policies, string routeId, IReadOnlyList<IPolicyRule<T>> rules, MistakeList mistakes)
        where T : Policy
    {
        SettingNode[] items = node is null ? [] : node.IsList ? [.. node.Children] : [node];
        for (int index = 0; index < items.Length; index++)
        {
            string name = index == 0 ? routeId : $"{routeId}.{index}";
            if (items[index].Kind is SettingKind.Object && policies.FirstOrDefault(policy => policy.Name == name) is { } inline)
            {
                Run(items[index], inline, rules, mistakes);
            }
        }
    }

    private static void Run<T>(SettingNode node, T policy, IReadOnlyList<IPolicyRule<T>> rules, MistakeList mistakes)
        where T : Policy
    {
        if (mistakes.HasAt(node.Path))
        {
            return;
        }

        var found = new List<PolicyMistake>();
        foreach (IPolicyRule<T> rule in rules)
        {
            rule.Check(policy, found);
        }

        foreach (PolicyMistake mistake in found)
        {
            mistakes.Add(new ConfigMistake(node.Nearest(mistake.Key).Origin, $"{node.Path}:{mistake.Key}", mistake.Problem, mistake.Allowed));
        }
    }
}
