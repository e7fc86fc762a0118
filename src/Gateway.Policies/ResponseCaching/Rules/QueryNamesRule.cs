using Gateway.Policies.Configuration;

namespace Gateway.Policies.ResponseCaching.Rules;

/// <summary>Query parameters are named as they are read, decoded.</summary>
internal sealed class QueryNamesRule : IPolicyRule<CachePolicy>
{
    public void Check(CachePolicy policy, ICollection<PolicyMistake> mistakes)
    {
        Check("VaryByQuery", policy.VaryByQuery ?? [], "names of query parameters, not coded, without & = ? # %", mistakes);
        Check("IgnoreQuery", policy.IgnoreQuery, "names of query parameters, or how they begin and a star (utm_*), without & = ? # %", mistakes);
        if (policy is { VaryByQuery: not null, IgnoreQuery.Count: > 0 })
        {
            mistakes.Add(new PolicyMistake("IgnoreQuery", "IgnoreQuery and VaryByQuery are both there", "one of them: VaryByQuery already leaves out what it does not name"));
        }
    }

    private static void Check(string key, IReadOnlyList<string> names, string allowed, ICollection<PolicyMistake> mistakes)
    {
        foreach (string name in names)
        {
            bool star = name.AsSpan().TrimEnd('*').Contains('*') || name == "*" || (key == "VaryByQuery" && name.Contains('*', StringComparison.Ordinal));
            if (string.IsNullOrWhiteSpace(name) || name.AsSpan().ContainsAny("&=?#%") || star)
            {
                mistakes.Add(new PolicyMistake(key, $"{key} names '{name}'", allowed));
            }
        }
    }
}
