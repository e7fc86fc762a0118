using Gateway.Policies.Configuration;

namespace Gateway.Policies.ResponseCaching.Rules;

/// <summary>Tags are short words, so that they fit header fields and purge commands.</summary>
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
            if (tag.Length is 0 or > MaxLength || tag.Any(c => c is <= ' ' or ',' or '"' or > '~'))
            {
                mistakes.Add(new PolicyMistake("Tags", $"Tags has '{tag}'", $"1 to {MaxLength} visible ASCII characters without comma and quote"));
            }
        }
    }
}
