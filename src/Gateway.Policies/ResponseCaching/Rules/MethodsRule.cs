using Gateway.Policies.Configuration;

namespace Gateway.Policies.ResponseCaching.Rules;

/// <summary>Only GET and HEAD are cached: what other methods answer depends on their bodies.</summary>
internal sealed class MethodsRule : IPolicyRule<CachePolicy>
{
    public void Check(CachePolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.Methods.Count == 0)
        {
            mistakes.Add(new PolicyMistake("Methods", "Methods is empty", "GET, HEAD or both; to cache nothing, take the policy off the route"));
        }

        foreach (string method in policy.Methods)
        {
            if (!method.Equals("GET", StringComparison.OrdinalIgnoreCase) && !method.Equals("HEAD", StringComparison.OrdinalIgnoreCase))
            {
                mistakes.Add(new PolicyMistake("Methods", $"Methods names '{method}'", "GET and HEAD"));
            }
        }
    }
}
