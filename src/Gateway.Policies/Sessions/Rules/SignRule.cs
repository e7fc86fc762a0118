using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions.Rules;

/// <summary>The signature has something to sign, a secret worth the name and a header of its own.</summary>
internal sealed class SignRule : IPolicyRule<SessionPolicy>
{
    public void Check(SessionPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.Sign is not { } sign)
        {
            return;
        }

        if (policy.Forward.Count == 0)
        {
            mistakes.Add(new PolicyMistake("Sign", "Sign has nothing to sign", "a \"Forward\" with at least one header"));
        }

        if (sign.Secret is not { Length: >= 32 })
        {
            mistakes.Add(new PolicyMistake("Sign:Secret", $"Sign:Secret has {sign.Secret?.Length ?? 0} characters", "32 or more, from a random source"));
        }

        if (!ForwardHeaderRule.Accepts(sign.Header))
        {
            mistakes.Add(new PolicyMistake("Sign:Header", $"\"{sign.Header}\" is no header that the gateway may set", "a name of your own such as X-Identity-Signature"));
        }
        else if (policy.Forward.Keys.Any(name => HeaderLookAlike.Comparer.Equals(name, sign.Header)))
        {
            mistakes.Add(new PolicyMistake("Sign:Header", $"{sign.Header} is forwarded too", "a header of its own"));
        }
    }
}
