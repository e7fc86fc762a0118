using System.Globalization;
using Gateway.Policies.Configuration;

namespace Gateway.Policies.RateLimiting.Rules;

/// <summary>A bucket holds what a request may cost, and is counted in numbers that Redis's scripts hold exactly.</summary>
internal sealed class BurstFits : IPolicyRule<RateLimitPolicy>
{
    private const long LargestProduct = 9_000_000_000_000_000;
    private static readonly TimeSpan LongestRefill = TimeSpan.FromDays(365);

    public void Check(RateLimitPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.Algorithm is not RateLimitAlgorithm.TokenBucket)
        {
            if (policy.Burst is not null)
            {
                mistakes.Add(new PolicyMistake(nameof(policy.Burst), "Burst is set without a bucket", "\"Algorithm\": \"TokenBucket\" beside it, or no Burst"));
            }

            return;
        }

        if (Allowed(policy) is { } allowed)
        {
            string burst = policy.Burst is null ? "Limit, which is the Burst where none is set," : "Burst";
            mistakes.Add(new PolicyMistake(
                policy.Burst is null ? nameof(policy.Limit) : nameof(policy.Burst),
                string.Create(CultureInfo.InvariantCulture, $"{burst} is {policy.Burst ?? policy.Limit}"),
                allowed));
        }
    }

    /// <summary>What is allowed instead; null when all is well, or when it is another rule's to say.</summary>
    private static string? Allowed(RateLimitPolicy policy)
    {
        long burst = policy.Burst ?? policy.Limit;
        long rate = Math.Clamp(Math.Max(policy.Limit, policy.Plans?.Limits.Values.Max() ?? 1), 1, LimitInRange.Largest);
        if (policy.Burst is < 1 or > LimitInRange.Largest)
        {
            return string.Create(CultureInfo.InvariantCulture, $"a whole number from 1 to {LimitInRange.Largest}");
        }

        long dearest = Math.Max(policy.Cost.Default, policy.Cost.ByMethod.Values.DefaultIfEmpty(1).Max());
        return policy.Burst < dearest ? string.Create(CultureInfo.InvariantCulture, $"at least what the dearest request costs, which is {dearest}")
            : (Int128)burst * rate > LargestProduct ? string.Create(CultureInfo.InvariantCulture, $"at most {LargestProduct / rate} with this limit")
            : policy.Limit > 0 && policy.Window / policy.Limit * (double)burst > LongestRefill ? "so much as refills within 365d"
            : null;
    }
}
