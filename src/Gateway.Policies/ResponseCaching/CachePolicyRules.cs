using Gateway.Policies.Configuration;
using Gateway.Policies.ResponseCaching.Rules;

namespace Gateway.Policies.ResponseCaching;

/// <summary>All checks of a cache policy.</summary>
public static class CachePolicyRules
{
    public static IReadOnlyList<IPolicyRule<CachePolicy>> All { get; } =
    [
        new TtlRule(),
        new StatusTtlRule(),
        new OverrideRule(),
        new StaleWindowsRule(),
        new SharingRule(),
        new QueryNamesRule(),
        new KeyNamesRule(),
        new MethodsRule(),
        new MinUsesRule(),
        new TagsRule(),
        new FetchWaitRule(),
        new MaxObjectRule(),
    ];
}
