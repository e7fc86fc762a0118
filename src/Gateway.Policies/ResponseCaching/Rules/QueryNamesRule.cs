using Gateway.Policies.Configuration;

namespace Gateway.Policies.ResponseCaching.Rules;

/// <summary>Query parameters are named as they are read, decoded.</summary>
internal sealed class QueryNamesRule : IPolicyRule<CachePolicy>
{
    public void Check(CachePolicy policy, ICollection<PolicyMistake> mistakes)
    {
        foreach (string name in policy.VaryByQuery ?? [])
        {
            if (string.IsNullOrWhiteSpace(name) || name.AsSpan().ContainsAny("&=?#%"))
            {
                mistakes.Add(new PolicyMistake("VaryByQuery", $"VaryByQuery names '{name}'", "names of query parameters, not coded, without & = ? # %"));
            }
        }
    }
}
