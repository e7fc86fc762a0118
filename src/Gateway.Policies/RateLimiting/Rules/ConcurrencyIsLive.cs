using Gateway.Policies.Configuration;

namespace Gateway.Policies.RateLimiting.Rules;

/// <summary>Permits in use are handed back when their request ends: nothing else may hold or return them.</summary>
internal sealed class ConcurrencyIsLive : IPolicyRule<RateLimitPolicy>
{
    public void Check(RateLimitPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.Algorithm is not RateLimitAlgorithm.Concurrency)
        {
            return;
        }

        Refuse(policy.Shadow, nameof(policy.Shadow));
        Refuse(policy.ShadowLimit is not null, nameof(policy.ShadowLimit));
        Refuse(policy.CountOnly.Count > 0, nameof(policy.CountOnly));
        Refuse(policy.Refund.Count > 0, nameof(policy.Refund));

        void Refuse(bool isSet, string key)
        {
            if (isSet)
            {
                mistakes.Add(new PolicyMistake(key, $"{key} is set on a concurrency limit", "the other algorithms: requests at once are counted live, and until they end"));
            }
        }
    }
}
