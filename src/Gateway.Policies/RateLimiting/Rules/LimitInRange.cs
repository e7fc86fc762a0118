using System.Globalization;
using Gateway.Policies.Configuration;

namespace Gateway.Policies.RateLimiting.Rules;

/// <summary>A limit admits something, and is counted in numbers that Redis's scripts hold exactly.</summary>
internal sealed class LimitInRange : IPolicyRule<RateLimitPolicy>
{
    internal const long Largest = 1_000_000_000;

    /// <summary>Every permit in use is remembered by itself.</summary>
    private const long MostAtOnce = 100_000;

    public void Check(RateLimitPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        long largest = policy.Algorithm is RateLimitAlgorithm.Concurrency ? MostAtOnce : Largest;
        if (policy.Limit < 1 || policy.Limit > largest)
        {
            mistakes.Add(new PolicyMistake(
                nameof(policy.Limit),
                string.Create(CultureInfo.InvariantCulture, $"Limit is {policy.Limit}"),
                string.Create(CultureInfo.InvariantCulture, $"a whole number from 1 to {largest}")));
        }
    }
}
