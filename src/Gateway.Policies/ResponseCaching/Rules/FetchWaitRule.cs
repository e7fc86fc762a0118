using Gateway.Policies.Configuration;

namespace Gateway.Policies.ResponseCaching.Rules;

/// <summary>Waiting for another's fetch ends some time.</summary>
internal sealed class FetchWaitRule : IPolicyRule<CachePolicy>
{
    public void Check(CachePolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.FetchWait < TimeSpan.Zero || policy.FetchWait > TimeSpan.FromMinutes(10))
        {
            mistakes.Add(new PolicyMistake("FetchWait", $"FetchWait is {Duration.Format(policy.FetchWait)}", "a duration from 0s to 10m"));
        }
    }
}
