using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;

namespace Gateway.Configuration.Rules;

/// <summary>The demo API is for a first look on one's own machine: plain HTTP on loopback.</summary>
internal sealed class DemoApiRule : IConfigRule
{
    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        if (draft.Options.DemoApi is { } text && HttpAddress.Read(text) is not { Scheme: "http", IsLoopback: true, AbsolutePath: "/" })
        {
            SettingNode node = draft.Root.Nearest("Gateway:DemoApi");
            mistakes.Add(node, $"{node.Shown} is not valid", "a loopback URL such as \"http://127.0.0.1:8082\"");
        }
    }
}
