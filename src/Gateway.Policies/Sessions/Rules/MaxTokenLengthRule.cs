using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions.Rules;

/// <summary>The bound on tokens lets tokens through and stays a bound.</summary>
internal sealed class MaxTokenLengthRule : IPolicyRule<SessionPolicy>
{
    public void Check(SessionPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.MaxTokenLength is < 16 or > 8192)
        {
            mistakes.Add(new PolicyMistake("MaxTokenLength", $"MaxTokenLength is {policy.MaxTokenLength}", "a whole number from 16 to 8192"));
        }
    }
}
