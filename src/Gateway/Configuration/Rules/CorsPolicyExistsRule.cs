using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Configuration.Rules;

/// <summary>A route's <c>CorsPolicy</c> names one of <c>Gateway:Cors</c>, or one of YARP's two words.</summary>
internal sealed class CorsPolicyExistsRule : IConfigRule
{
    private static readonly string[] Words = ["Default", "Disable"];

    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        string[] known = [.. draft.Options.Cors.Keys];
        foreach (RouteConfig route in draft.Proxy.Routes.Where(route => !string.IsNullOrEmpty(route.CorsPolicy)))
        {
            if (!known.Concat(Words).Contains(route.CorsPolicy, StringComparer.OrdinalIgnoreCase))
            {
                SettingNode node = draft.Root.Nearest($"ReverseProxy:Routes:{route.RouteId}:CorsPolicy");
                string names = string.Join(", ", known.Select(name => $"\"{name}\""));
                mistakes.Add(node, $"{node.Shown} is not a policy of Gateway:Cors", names.Length == 0 ? "a policy, once Gateway:Cors has one" : names, NearestName.Of(route.CorsPolicy!, known));
            }
        }
    }
}
