using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.Sessions;

/// <summary>
/// Finds one cookie in the <c>Cookie</c> field (RFC 6265 §5.4) in a single pass that allocates nothing, however many there are.
/// The first of its name wins; HTTP/2 may send the field in several lines (RFC 9113 §8.2.3).
/// </summary>
internal static class CookieToken
{
    /// <summary>The cookie's value without its quotes; empty when there is no such cookie or its value is empty.</summary>
    public static ReadOnlyMemory<char> Find(StringValues lines, string name)
    {
        foreach (string? line in lines)
        {
            if (TryFind(line.AsMemory(), name, out ReadOnlyMemory<char> value))
            {
                return value;
            }
        }

        return default;
    }

    private static bool TryFind(ReadOnlyMemory<char> rest, string name, out ReadOnlyMemory<char> value)
    {
        while (!rest.IsEmpty)
        {
            int end = rest.Span.IndexOf(';');
            ReadOnlyMemory<char> pair = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            int equals = pair.Span.IndexOf('=');
            if (equals > 0 && pair.Span[..equals].Trim(" \t").SequenceEqual(name))
            {
                value = Unquote(pair[(equals + 1)..].Trim(" \t"));
                return true;
            }
        }

        value = default;
        return false;
    }

    private static ReadOnlyMemory<char> Unquote(ReadOnlyMemory<char> value) =>
        value.Length >= 2 && value.Span[0] == '"' && value.Span[^1] == '"' ? value[1..^1] : value;
}
