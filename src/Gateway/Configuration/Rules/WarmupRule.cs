using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;
using Gateway.Policies.Configuration;
using Gateway.Warmup;

namespace Gateway.Configuration.Rules;

/// <summary>URLs, times and numbers of the cache warm-up.</summary>
internal sealed class WarmupRule : IConfigRule
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    public void Check(ConfigDraft draft, MistakeList mistakes)
    {
        WarmupOptions options = draft.Options.Warmup;
        foreach (string url in options.Urls.Where(url => !WarmupList.IsUrl(url)))
        {
            SettingNode list = draft.Root.Nearest("Gateway:Warmup:Urls");
            mistakes.Add(list, $"\"{url}\" is not valid", "absolute URLs as clients ask for them, such as \"https://shop.example/catalog\"");
        }

        if (options.Every < Shortest || options.Every > Longest)
        {
            Note(draft, "Every", $"a duration from \"{Duration.Format(Shortest)}\" to \"{Duration.Format(Longest)}\"", mistakes);
        }

        if (options.Concurrency is < 1 or > 64)
        {
            Note(draft, "Concurrency", "a whole number from 1 to 64", mistakes);
        }

        foreach ((string name, string value) in options.Headers)
        {
            if (name.Length == 0 || name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && !"!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal)) || value.Any(char.IsControl))
            {
                Note(draft, "Headers", "header fields: names and values without control characters", mistakes);
            }
        }
    }

    private static void Note(ConfigDraft draft, string key, string allowed, MistakeList mistakes)
    {
        SettingNode node = draft.Root.Nearest($"Gateway:Warmup:{key}");
        mistakes.Add(node, $"{node.Shown} is not valid", allowed);
    }
}
