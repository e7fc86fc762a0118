using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>Content-Length where it was sent more than once (RFC 9110 §8.6): one value, said several times, is that value.</summary>
internal static class ContentLengths
{
    /// <summary>
    /// False: the client library has not ended the body by it, and waits for the end of the connection: no length, a list, or several that differ.
    /// </summary>
    public static bool IsValid(StringValues lines)
    {
        StringValues single = Single(lines);
        foreach (string? line in lines)
        {
            if (line is null || single.Count == 0 || line != single[0])
            {
                return false;
            }
        }

        return true;
    }

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
