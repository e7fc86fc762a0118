using System.Text;
using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>The values of one cookie (RFC 6265 §5.4). Of a name that is there twice all count: which one a destination reads is not known here.</summary>
internal static class CookieValues
{
    /// <summary>Null when there is none; several are joined with semicolons, which no value holds.</summary>
    public static string? Of(StringValues lines, string name)
    {
        StringBuilder? several = null;
        string? found = null;
        foreach (string? line in lines)
        {
            foreach (Range range in line.AsSpan().Split(';'))
            {
                ReadOnlySpan<char> pair = line.AsSpan(range).Trim();
                if (pair.Length > name.Length && pair[name.Length] == '=' && pair.StartsWith(name, StringComparison.Ordinal))
                {
                    string value = pair[(name.Length + 1)..].ToString();
                    several = found is null ? null : (several ?? new StringBuilder(found)).Append(';').Append(value);
                    found = several?.ToString() ?? value;
                }
            }
        }

        return found;
    }
}
