using Gateway.Configuration.Mistakes;

namespace Gateway.Configuration.Rules;

/// <summary>A gateway without routes answers 404 to everything: allowed, but seldom meant.</summary>
internal sealed class RoutesExistRule : IConfigRule
{
    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        if (draft.Root.Find("ReverseProxy:Routes")?.Children.Any() != true)
        {
            mistakes.Warn(draft.Root.Nearest("ReverseProxy:Routes"), "there are no routes: every request gets 404", "at least one under ReverseProxy:Routes");
        }
    }
}
