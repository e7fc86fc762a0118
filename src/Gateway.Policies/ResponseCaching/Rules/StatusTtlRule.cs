using Gateway.Policies.Configuration;
using Gateway.Policies.ResponseCaching.Semantics;

namespace Gateway.Policies.ResponseCaching.Rules;

/// <summary>Lifetimes are given to final statuses, and are at most a year; zero means never.</summary>
internal sealed class StatusTtlRule : IPolicyRule<CachePolicy>
{
    public void Check(CachePolicy policy, ICollection<PolicyMistake> mistakes)
    {
        foreach ((string status, TimeSpan ttl) in policy.StatusTtl)
        {
            if (!StatusLifetimes.IsName(status))
            {
                mistakes.Add(new PolicyMistake("StatusTtl", $"StatusTtl names '{status}'", "a status from 200 to 599, or a class: 2xx, 3xx, 4xx, 5xx"));
            }
            else if (ttl < TimeSpan.Zero || ttl > TimeSpan.FromDays(366))
            {
                mistakes.Add(new PolicyMistake("StatusTtl", $"StatusTtl gives {status} {Duration.Format(ttl)}", "a duration from 0s (never stored) to 366d"));
            }
        }
    }
}
