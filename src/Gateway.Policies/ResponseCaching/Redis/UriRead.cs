using Gateway.Policies.ResponseCaching.Storage;

namespace Gateway.Policies.ResponseCaching.Redis;

/// <summary>What one read of a URI's hash brought.</summary>
/// <param name="VaryLists">What the URI's entries vary by, newest first; an empty list for those that do not vary.</param>
/// <param name="Entry">Of the variants asked for, the preferred one. Null: none is there.</param>
internal readonly record struct UriRead(string[][] VaryLists, CacheEntry? Entry)
{
    /// <summary>The lists of a URI that does not vary.</summary>
    public static readonly string[][] OnlyPlain = [[]];

    /// <summary>The lists that were not asked for.</summary>
    public string[][] ListsBeside(string[][] asked)
    {
        int known = 0;
        foreach (string[] list in VaryLists)
        {
            known += Has(asked, list) ? 1 : 0;
        }

        return known == VaryLists.Length ? [] : Array.FindAll(VaryLists, list => !Has(asked, list));
    }

    /// <summary>Reads the lists as they lie in Redis: names joined by commas, one list a line.</summary>
    public static string[][] ListsOf(ReadOnlySpan<byte> lines)
    {
        if (lines.SequenceEqual("\n"u8))
        {
            return OnlyPlain;
        }

        string[] lists = System.Text.Encoding.UTF8.GetString(lines).Split('\n');
        return [.. lists.Take(lists.Length - 1).Select(list => list.Split(',', StringSplitOptions.RemoveEmptyEntries))];
    }

    /// <summary>Whether the URI has entries that vary by exactly this.</summary>
    public static bool Has(string[][] lists, string[] list)
    {
        foreach (string[] known in lists)
        {
            if (known.AsSpan().SequenceEqual(list))
            {
                return true;
            }
        }

        return false;
    }
}
