using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;

namespace Gateway.Configuration.Rules;

/// <summary>CORS policies that browsers can follow (WHATWG Fetch): origins are scheme, host and port, and "*" excludes credentials.</summary>
internal sealed class CorsRule : IConfigRule
{
    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        foreach ((string name, CorsOptions cors) in draft.Options.Cors)
        {
            SettingNode node = draft.Root.Nearest($"Gateway:Cors:{name}");
            if (cors.Origins.Count == 0 && !mistakes.HasAt(node.Path))
            {
                mistakes.Add(node, "\"Origins\" is missing", "origins such as \"https://app.example.com\", or \"*\" for any");
            }

            if (cors.Credentials && cors.Origins.Contains("*"))
            {
                mistakes.Add(node.Nearest("Credentials"), "credentials are not allowed together with any origin", "\"Origins\" that name each origin, or \"Credentials\": false");
            }

            foreach (SettingNode origin in node.Child("Origins") is { } origins ? origins.IsList ? origins.Children : [origins] : [])
            {
                CheckOrigin(origin, mistakes);
            }
        }
    }

    private static void CheckOrigin(SettingNode node, MistakeList mistakes)
    {
        string text = node.Value ?? "*";
        bool isOrigin = Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
            && url.Host.Length > 0
            && text.Equals($"{url.Scheme}://{url.Authority}", StringComparison.OrdinalIgnoreCase);
        if (text != "*" && !isOrigin)
        {
            mistakes.Add(node, $"{node.Shown} is not an origin", "scheme, host and port alone, as in \"https://app.example.com\", or \"*\"");
        }
    }
}
