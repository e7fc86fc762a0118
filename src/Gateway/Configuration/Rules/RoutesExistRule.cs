using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Routes;

namespace Gateway.Configuration.Rules;

/// <summary>A gateway without routes answers 404 to everything: allowed, but seldom meant.</summary>
internal sealed class RoutesExistRule : IConfigRule
{
    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        if (!ProxySection.Routes(draft.Root).Any() && !mistakes.HasAt(ProxySection.Key))
        {
            mistakes.Warn(draft.Root.Nearest("ReverseProxy:Routes"), "there are no routes: every request gets 404", "at least one under ReverseProxy:Routes");
        }
    }
}
