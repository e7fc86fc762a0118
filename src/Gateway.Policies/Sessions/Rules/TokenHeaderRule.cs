using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions.Rules;

/// <summary>A token header is not one that has a source of its own.</summary>
internal sealed class TokenHeaderRule : IPolicyRule<SessionPolicy>
{
    public void Check(SessionPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        foreach (TokenSource source in policy.Token.Where(source => source.Kind is TokenSourceKind.Header))
        {
            string? instead = source.Name!.ToLowerInvariant() switch
            {
                "authorization" => "\"Bearer\", which reads Authorization: Bearer",
                "cookie" => "\"Cookie:<name>\", which reads one cookie",
                _ => null,
            };
            if (instead is not null)
            {
                mistakes.Add(new PolicyMistake("Token", $"\"{source}\" would take the whole header for a token", instead));
            }
        }
    }
}
