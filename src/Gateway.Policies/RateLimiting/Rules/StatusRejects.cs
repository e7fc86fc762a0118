using System.Globalization;
using Gateway.Policies.Configuration;

namespace Gateway.Policies.RateLimiting.Rules;

/// <summary>A rejection is the client's doing (429, RFC 6585 §4) or says that there is too much of everything (503, RFC 9110 §15.6.4).</summary>
internal sealed class StatusRejects : IPolicyRule<RateLimitPolicy>
{
    public void Check(RateLimitPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.Status is not (429 or 503))
        {
            mistakes.Add(new PolicyMistake(nameof(policy.Status), string.Create(CultureInfo.InvariantCulture, $"Status is {policy.Status}"), "429 or 503"));
        }
    }
}
