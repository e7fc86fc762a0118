using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions.Rules;

/// <summary>Each forwarded header takes a field.</summary>
internal sealed class ForwardFieldRule : IPolicyRule<SessionPolicy>
{
    public void Check(SessionPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        foreach ((string header, string field) in policy.Forward)
        {
            if (string.IsNullOrWhiteSpace(field))
            {
                mistakes.Add(new PolicyMistake($"Forward:{header}", $"Forward:{header} names no field", "a field of the session record, for example \"user_id\""));
            }
        }
    }
}
