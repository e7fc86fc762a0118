using System.Text;

namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>
/// Cuts queries down to what belongs to the key, verbatim. Names to keep are compared decoded and without case, since a destination may
/// read <c>pa%67e</c> or <c>PAGE</c> as <c>page</c>; names to leave out are compared as they stand, since one that is read otherwise may
/// matter. A pair that some destinations would read as several is kept.
/// </summary>
internal sealed class QueryFilter(IEnumerable<string>? keep, IEnumerable<string>? leaveOut = null, bool sort = false)
{
    private readonly HashSet<string>? _keep = keep is null ? null : new(keep, StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _out = new(leaveOut ?? [], StringComparer.Ordinal);
    private readonly bool _sort = sort;

    /// <summary>The filter of a policy; null where the whole query is part of the key as it is.</summary>
    public static QueryFilter? Of(CachePolicy policy) => policy is { VaryByQuery: null, IgnoreQuery: [], SortQuery: false }
        ? null
        : new QueryFilter(policy.VaryByQuery, policy.IgnoreQuery, policy.SortQuery);

    /// <summary>The local part with the query cut down; <paramref name="mark"/> is where its question mark stands.</summary>
    public string Apply(string local, int mark)
    {
        var pairs = new List<string>();
        foreach (Range range in local.AsSpan(mark + 1).Split('&'))
        {
            ReadOnlySpan<char> pair = local.AsSpan(mark + 1)[range];
            if (!pair.IsEmpty && IsKept(pair))
            {
                pairs.Add(pair.ToString());
            }
        }

        // Pairs of one name keep their order: it may say something.
        IEnumerable<string> ordered = _sort ? pairs.OrderBy(pair => NameOf(pair).ToString(), StringComparer.Ordinal) : pairs;
        return pairs.Count == 0 ? local[..mark] : string.Concat(local.AsSpan(0, mark), "?", string.Join('&', ordered));
    }

    public bool SameAs(QueryFilter other) =>
        _sort == other._sort && _out.SetEquals(other._out) && (_keep?.SetEquals(other._keep ?? []) ?? other._keep is null) && _keep is null == other._keep is null;

    private bool IsKept(ReadOnlySpan<char> pair)
    {
        if (pair.ContainsAny(';', '?'))
        {
            return true;
        }

        string name = NameOf(pair).ToString();
        return _keep is null
            ? !IsLeftOut(name)
            : _keep.Contains(name) || (name.AsSpan().ContainsAny('%', '+', '[') && _keep.Contains(Decoded(name)));
    }

    private bool IsLeftOut(string name)
    {
        foreach (string pattern in _out)
        {
            if (pattern.EndsWith('*') ? name.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1)) : name == pattern)
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> pair)
    {
        int equals = pair.IndexOf('=');
        return equals < 0 ? pair : pair[..equals];
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
