using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;
using Gateway.Policies.Routing;

namespace Gateway.Configuration.Rules;

/// <summary>A route that requires fields of a session demands one, and its requirements can be met.</summary>
internal sealed class SessionForRequireRule : IConfigRule
{
    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        foreach (RoutePolicies route in draft.Policies.Where(route => route.Require.Count > 0))
        {
            SettingNode node = draft.RouteNode(route.RouteId);
            SettingNode require = node.Child("Require") ?? node;
            if (route.Session is null && !mistakes.HasAt($"{node.Path}:Session"))
            {
                mistakes.Add(require, "Require looks at a session's fields, but the route demands no session", "a \"Session\" on the route");
            }

            foreach ((string field, IReadOnlyList<string> values) in route.Require)
            {
                if (string.IsNullOrWhiteSpace(field) || values.Count == 0)
                {
                    mistakes.Add(require.Child(field) ?? require, $"Require:{field} allows no value", "one or more values, for example [ \"admin\" ]");
                }
            }
        }
    }
}
