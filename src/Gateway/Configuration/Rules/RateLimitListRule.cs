using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Routes;
using Gateway.Configuration.Settings;

namespace Gateway.Configuration.Rules;

/// <summary>A list of limits names each limit once, since a limit named twice would count every request twice, and never <c>none</c>.</summary>
internal sealed class RateLimitListRule : IConfigRule
{
    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        CheckList(draft.Root.Find("Gateway:Defaults:RateLimit"), mistakes);
        foreach (SettingNode route in ProxySection.Routes(draft.Root))
        {
            CheckList(route.Child("RateLimit"), mistakes);
        }
    }

    private static void CheckList(SettingNode? list, MistakeList mistakes)
    {
        if (list is not { IsList: true })
        {
            return;
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (SettingNode item in list.Children.Where(item => item.IsScalar))
        {
            if (RoutePolicyReader.None.Equals(item.Value, StringComparison.OrdinalIgnoreCase))
            {
                mistakes.Add(item, $"{item.Shown} is not allowed in a list", "\"RateLimit\": \"none\" for no limit at all");
            }
            else if (!seen.Add(item.Value!))
            {
                mistakes.Add(item, $"{item.Shown} is named twice", "each limit once");
            }
        }
    }
}
