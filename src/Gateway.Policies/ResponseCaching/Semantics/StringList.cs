using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>Reads a list of strings of structured fields (RFC 9651 §3.1): <c>"a", "b";c=1</c>. Parameters are passed over.</summary>
internal static class StringList
{
    /// <summary>The strings of all lines together; empty when the field is not such a list, as a whole.</summary>
    public static IReadOnlyList<string> Parse(StringValues lines)
    {
        var strings = new List<string>();
        ReadOnlySpan<char> rest = string.Join(',', lines.ToArray()).AsSpan().Trim(" \t");
        while (!rest.IsEmpty)
        {
            if (!TakeString(ref rest, strings) || !TakeEnd(ref rest))
            {
                return [];
            }
        }

        return strings;
    }

    private static bool TakeString(ref ReadOnlySpan<char> rest, List<string> strings)
    {
        if (rest.IsEmpty || rest[0] != '"')
        {
            return false;
        }

        var text = new System.Text.StringBuilder();
        for (int i = 1; i < rest.Length; i++)
        {
            char c = rest[i];
            if (c == '"')
            {
                strings.Add(text.ToString());
                rest = rest[(i + 1)..];
                return true;
            }

            if (c == '\\' && (++i == rest.Length || (c = rest[i]) is not ('"' or '\\')))
            {
                return false;
            }

            if (c is < ' ' or > '~')
            {
                return false;
            }

            text.Append(c);
        }

        return false;
    }

    /// <summary>Parameters, and the comma before the next member: a list does not end with one.</summary>
    private static bool TakeEnd(ref ReadOnlySpan<char> rest)
    {
        int comma = CommaOutsideQuotes(rest);
        ReadOnlySpan<char> parameters = (comma < 0 ? rest : rest[..comma]).Trim(" \t");
        rest = comma < 0 ? default : rest[(comma + 1)..].Trim(" \t");
        return (parameters.IsEmpty || parameters[0] == ';') && (comma < 0 || !rest.IsEmpty);
    }

    private static int CommaOutsideQuotes(ReadOnlySpan<char> text)
    {
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            quoted ^= text[i] == '"';
            if (text[i] == ',' && !quoted)
            {
                return i;
            }
        }

        return -1;
    }
}
