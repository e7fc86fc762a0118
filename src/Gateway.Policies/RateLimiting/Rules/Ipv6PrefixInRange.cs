using System.Globalization;
using Gateway.Policies.Configuration;

namespace Gateway.Policies.RateLimiting.Rules;

/// <summary>An IPv6 client has a network of at least one address, and not all there are.</summary>
internal sealed class Ipv6PrefixInRange : IPolicyRule<RateLimitPolicy>
{
    public void Check(RateLimitPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.Ipv6Prefix is < 1 or > 128)
        {
            mistakes.Add(new PolicyMistake(
                nameof(policy.Ipv6Prefix), string.Create(CultureInfo.InvariantCulture, $"Ipv6Prefix is {policy.Ipv6Prefix}"), "a whole number of bits from 1 to 128"));
        }
    }
}
