using System.Text;

namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>
/// Keeps the query parameters that belong to the key, verbatim and in their order. Names are compared decoded and without case, since a
/// destination may read <c>pa%67e</c> or <c>PAGE</c> as <c>page</c>; a pair that some destinations would read as several is kept.
/// </summary>
internal sealed class QueryFilter(IEnumerable<string> names)
{
    private readonly HashSet<string> _names = new(names, StringComparer.OrdinalIgnoreCase);

    /// <summary>The local part with the query cut down; <paramref name="mark"/> is where its question mark stands.</summary>
    public string Apply(string local, int mark)
    {
        var kept = new StringBuilder(local, 0, mark, local.Length);
        char separator = '?';
        foreach (Range range in local.AsSpan(mark + 1).Split('&'))
        {
            ReadOnlySpan<char> pair = local.AsSpan(mark + 1)[range];
            if (!pair.IsEmpty && IsKept(pair))
            {
                kept.Append(separator).Append(pair);
                separator = '&';
            }
        }

        return kept.ToString();
    }

    public bool SameAs(QueryFilter other) => _names.SetEquals(other._names);

    private bool IsKept(ReadOnlySpan<char> pair)
    {
        if (pair.ContainsAny(';', '?'))
        {
            return true;
        }

        int equals = pair.IndexOf('=');
        string name = (equals < 0 ? pair : pair[..equals]).ToString();
        return _names.Contains(name) || (name.AsSpan().ContainsAny('%', '+', '[') && _names.Contains(Decoded(name)));
    }

    /// <summary>Decoded until nothing changes, and without an array suffix.</summary>
    private static string Decoded(string name)
    {
        for (int i = 0; i < 4; i++)
        {
            string once = Uri.UnescapeDataString(name.Replace('+', ' '));
            if (once == name)
            {
                break;
            }

            name = once;
        }

        int bracket = name.IndexOf('[', StringComparison.Ordinal);
        return (bracket < 0 ? name : name[..bracket]).Trim();
    }
}
