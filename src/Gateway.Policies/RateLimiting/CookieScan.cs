using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.RateLimiting;

/// <summary>Finds one cookie (RFC 6265 §5.4) without reading the others, of which a client may send thousands.</summary>
internal static class CookieScan
{
    /// <summary>The first cookie of this name, names compared with case; null when there is none or it is empty.</summary>
    public static string? Find(StringValues lines, string name)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            if (Find(lines[i], name) is { } value)
            {
                return value;
            }
        }

        return null;
    }

    private static string? Find(ReadOnlySpan<char> line, string name)
    {
        foreach (Range range in line.Split(';'))
        {
            ReadOnlySpan<char> pair = line[range].Trim();
            if (pair.Length > name.Length + 1 && pair[name.Length] == '=' && pair.StartsWith(name, StringComparison.Ordinal))
            {
                return pair[(name.Length + 1)..].ToString();
            }
        }

        return null;
    }
}
