using Gateway.Policies.Configuration;

namespace Gateway.Policies.ResponseCaching.Rules;

/// <summary>A lifetime is longer than nothing and at most a year.</summary>
internal sealed class TtlRule : IPolicyRule<CachePolicy>
{
    public void Check(CachePolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.Ttl is { } ttl && (ttl <= TimeSpan.Zero || ttl > TimeSpan.FromDays(366)))
        {
            mistakes.Add(new PolicyMistake("Ttl", $"Ttl is {Duration.Format(ttl)}", "a duration from 1ms to 366d; leave it out to let the upstream decide"));
        }
    }
}
