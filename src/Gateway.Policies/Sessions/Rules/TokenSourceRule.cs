using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions.Rules;

/// <summary>There is somewhere to look for a token, and each place can be a place.</summary>
internal sealed class TokenSourceRule : IPolicyRule<SessionPolicy>
{
    public void Check(SessionPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.Token.Count == 0)
        {
            mistakes.Add(new PolicyMistake("Token", "Token is empty", $"one or more of {TokenSource.Allowed}"));
        }

        foreach (TokenSource source in policy.Token)
        {
            if (source.Kind is TokenSourceKind.Cookie or TokenSourceKind.Header && !FieldName.IsValid(source.Name!))
            {
                mistakes.Add(new PolicyMistake("Token", $"\"{source}\" names no {source.Kind.ToString().ToLowerInvariant()}", $"a name of {FieldName.Allowed}"));
            }
        }
    }
}
