using System.Text.RegularExpressions;
using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Routes;
using Gateway.Configuration.Settings;

namespace Gateway.Configuration.Rules;

/// <summary>
/// Names of policies appear in response headers (structured field strings), Redis keys, metrics and admin URLs: one alphabet fits
/// all of them. An inline policy has its route's id for a name, and may not share it with a named one: they would share counters.
/// </summary>
internal sealed partial class PolicyNamesRule : IConfigRule
{
    private const string Allowed = "1 to 64 letters, digits, \"-\", \"_\" or \".\"";

    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        foreach (string section in (IEnumerable<string>)["RateLimits", "Caches", "Sessions"])
        {
            SettingNode[] named = [.. draft.Root.Find($"Gateway:{section}")?.Children ?? []];
            foreach (SettingNode policy in named)
            {
                CheckName(policy, $"\"{policy.Key}\" is not valid as a policy's name", mistakes);
            }

            string key = section[..^1];
            foreach (SettingNode inline in ProxySection.Routes(draft.Root).SelectMany(route => Inline(route, key)))
            {
                CheckInline(draft, inline, section, key, mistakes);
            }
        }
    }

    private static IEnumerable<SettingNode> Inline(SettingNode route, string key) => route.Child(key) switch
    {
        { IsList: true } several when several.Children.Any(item => item.Kind is SettingKind.Object) => [route],
        { Kind: SettingKind.Object } => [route],
        _ => [],
    };

    private static void CheckInline(ConfigDraft draft, SettingNode route, string section, string key, MistakeList mistakes)
    {
        CheckName(route, $"the route's id \"{route.Key}\" names its inline {key}, and is not valid as a policy's name", mistakes);
        if (draft.Root.Find($"Gateway:{section}:{route.Key}") is not null)
        {
            mistakes.Add(route.Child(key)!, $"an inline policy has its route's name, and Gateway:{section} has a \"{route.Key}\" too", "another name for the route or for the named policy");
        }
    }

    private static void CheckName(SettingNode node, string problem, MistakeList mistakes)
    {
        if (!Name().IsMatch(node.Key) || node.Key.Equals(RoutePolicyReader.None, StringComparison.OrdinalIgnoreCase))
        {
            mistakes.Add(new ConfigMistake(node.KeyOrigin, node.Path, problem, $"{Allowed}, but not \"{RoutePolicyReader.None}\""));
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex Name();
}
