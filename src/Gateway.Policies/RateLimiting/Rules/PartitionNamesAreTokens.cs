using System.Buffers;
using Gateway.Policies.Configuration;

namespace Gateway.Policies.RateLimiting.Rules;

/// <summary>Names of header fields (RFC 9110 §5.1) and cookies (RFC 6265 §4.1.1) are tokens; no request could carry another.</summary>
internal sealed class PartitionNamesAreTokens : IPolicyRule<RateLimitPolicy>
{
    internal const string Allowed = "a name of letters, digits and !#$%&'*+-.^_`|~, for example X-Api-Key";

    internal static readonly SearchValues<char> TokenLetters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    public void Check(RateLimitPolicy policy, ICollection<PolicyMistake> mistakes)
    {
        foreach (PartitionPart part in policy.PartitionBy)
        {
            Check(nameof(policy.PartitionBy), part, mistakes);
        }

        if (policy.Plans is { } plans)
        {
            Check(nameof(policy.Plans), plans.From, mistakes);
        }
    }

    private static void Check(string key, PartitionPart part, ICollection<PolicyMistake> mistakes)
    {
        if (part.Source is PartitionSource.Header or PartitionSource.Cookie && part.Name.AsSpan().ContainsAnyExcept(TokenLetters))
        {
            mistakes.Add(new PolicyMistake(key, $"{key} names {part}", Allowed));
        }
    }
}
