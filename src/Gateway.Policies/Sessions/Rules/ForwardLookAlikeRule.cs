using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions.Rules;

/// <summary>No two forwarded headers can be taken for one another.</summary>
internal sealed class ForwardLookAlikeRule : IPolicyRule<SessionPolicy>
{
    public void Check(SessionPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        foreach (IGrouping<string, string> alike in policy.Forward.Keys.GroupBy(name => name, HeaderLookAlike.Comparer).Where(group => group.Skip(1).Any()))
        {
            string second = alike.ElementAt(1);
            mistakes.Add(new PolicyMistake($"Forward:{second}", $"{second} and {alike.Key} look alike to many servers", "names that differ in letters or digits"));
        }
    }
}
