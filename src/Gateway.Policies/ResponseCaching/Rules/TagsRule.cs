using Gateway.Policies.Configuration;
using Gateway.Policies.ResponseCaching.Purging;

namespace Gateway.Policies.ResponseCaching.Rules;

/// <summary>Tags are short words, so that they fit header fields and purge commands; their placeholders are known.</summary>
internal sealed class TagsRule : IPolicyRule<CachePolicy>
{
    private const int MaxLength = 128;
    private const int MaxTags = 32;

    public void Check(CachePolicy policy, ICollection<PolicyMistake> mistakes)
    {
        if (policy.Tags.Count > MaxTags)
        {
            mistakes.Add(new PolicyMistake("Tags", $"Tags has {policy.Tags.Count} tags", $"at most {MaxTags}"));
        }

        foreach (string tag in policy.Tags)
        {
            if (ProblemOf(tag) is { } problem)
            {
                mistakes.Add(new PolicyMistake("Tags", $"Tags has '{tag}'{problem.What}", problem.Allowed));
            }
        }
    }

    /// <summary>What is wrong with a tag of the configuration, and what is allowed; null: nothing.</summary>
    public static (string What, string Allowed)? ProblemOf(string tag) =>
        tag.Length is 0 or > MaxLength || tag.Any(c => c is <= ' ' or ',' or '"' or > '~')
            ? ("", $"1 to {MaxLength} visible ASCII characters without comma and quote")
            : TagTemplates.ProblemOf(tag) is { } problem ? ($": {problem}", $"text with {TagTemplates.Allowed}")
            : null;
}
