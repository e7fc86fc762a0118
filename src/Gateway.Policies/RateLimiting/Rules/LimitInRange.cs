using System.Globalization;
using Gateway.Policies.Configuration;

namespace Gateway.Policies.RateLimiting.Rules;

/// <summary>A limit admits something, and its log fits into memory.</summary>
internal sealed class LimitInRange : IPolicyRule<RateLimitPolicy>
{
    /// <summary>The exact window remembers every live permit; beyond this a partition would take megabytes.</summary>
    internal const long Largest = 100_000;

    public void Check(RateLimitPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.Limit is < 1 or > Largest)
        {
            mistakes.Add(new PolicyMistake(
                nameof(policy.Limit),
                string.Create(CultureInfo.InvariantCulture, $"Limit is {policy.Limit}"),
                $"a whole number from 1 to {Largest}; for a higher rate use a shorter Window"));
        }
    }
}
