using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>Content-Length where it was sent more than once (RFC 9110 §8.6): one value, said several times, is that value.</summary>
internal static class ContentLengths
{
    /// <summary>The field as it should stand; empty where its values differ or are no lengths, so that the body's end says how long it is.</summary>
    public static StringValues Single(StringValues lines)
    {
        if (lines.Count == 1 && IsLength(lines[0]))
        {
            return lines;
        }

        string? length = null;
        foreach (string? line in lines)
        {
            foreach (string value in (line ?? "").Split(',', StringSplitOptions.TrimEntries))
            {
                if (!IsLength(value) || (length is not null && value != length))
                {
                    return default;
                }

                length = value;
            }
        }

        return length;
    }

    private static bool IsLength(ReadOnlySpan<char> text) => DeltaSeconds.TryParse(text, out _) && text.Length <= 18;
}
