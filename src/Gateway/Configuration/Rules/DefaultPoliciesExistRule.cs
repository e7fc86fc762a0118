using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;

namespace Gateway.Configuration.Rules;

/// <summary><c>Gateway:Defaults</c> names policies that exist.</summary>
internal sealed class DefaultPoliciesExistRule : IConfigRule
{
    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        Check(draft, "RateLimit", "RateLimits", draft.Options.RateLimits.Keys, mistakes);
        Check(draft, "Cache", "Caches", draft.Options.Caches.Keys, mistakes);
        Check(draft, "Session", "Sessions", draft.Options.Sessions.Keys, mistakes);
    }

    private static void Check(ConfigDraft draft, string key, string section, IEnumerable<string> known, MistakeList mistakes)
    {
        SettingNode? node = draft.Root.Find($"Gateway:Defaults:{key}");
        IEnumerable<SettingNode> names = node is null ? [] : node.IsList ? node.Children : [node];
        foreach (SettingNode name in names.Where(name => name.IsScalar && !known.Contains(name.Value, StringComparer.OrdinalIgnoreCase)))
        {
            string allowed = string.Join(", ", known.Select(valid => $"\"{valid}\""));
            mistakes.Add(name, $"{name.Shown} is not a policy of Gateway:{section}", allowed.Length == 0 ? $"a name, once Gateway:{section} has one" : allowed, NearestName.Of(name.Value!, known));
        }
    }
}
