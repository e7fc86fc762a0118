using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;

namespace Gateway.Configuration.Rules;

/// <summary>Other top-level sections belong to the framework and pass, but a misspelt one would be lost in silence.</summary>
internal sealed class KnownSectionsRule : IConfigRule
{
    private static readonly string[] Known = ["Gateway", "ReverseProxy", "Kestrel", "Logging"];

    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        foreach (SettingNode section in draft.Root.Children.Where(section => !Known.Contains(section.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (NearestName.Of(section.Key, Known) is { } nearest)
            {
                mistakes.Add(new ConfigMistake(section.KeyOrigin, section.Path, $"\"{section.Key}\" is not a section", string.Join(", ", Known), nearest));
            }
        }
    }
}
