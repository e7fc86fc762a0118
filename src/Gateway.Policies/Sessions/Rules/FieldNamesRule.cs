using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions.Rules;

/// <summary>Each of the record's known fields has a name, and none has another's.</summary>
internal sealed class FieldNamesRule : IPolicyRule<SessionPolicy>
{
    public void Check(SessionPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        SessionFields fields = policy.Fields;
        (string Key, string Name)[] names =
        [
            ("Id", fields.Id), ("User", fields.User), ("CreatedAt", fields.CreatedAt),
            ("ExpiresAt", fields.ExpiresAt), ("State", fields.State), ("Plan", fields.Plan),
        ];
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string name) in names)
        {
            if (string.IsNullOrWhiteSpace(name))
            {
                mistakes.Add(new PolicyMistake($"Fields:{key}", $"Fields:{key} is empty", "the name of a field of the session record"));
            }
            else if (!taken.TryAdd(name, key))
            {
                mistakes.Add(new PolicyMistake($"Fields:{key}", $"Fields:{key} and Fields:{taken[name]} are both \"{name}\"", "a field of its own"));
            }
        }
    }
}
