using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>
/// Partial responses in the store (RFC 9111 §3.3, §3.4): status 206, the bytes of one range, and Content-Range among the fields. One is kept for
/// each variant; what comes later is joined to it when both are parts of the same thing, and becomes a whole response once nothing is
/// missing.
/// </summary>
internal static class PartialEntries
{
    /// <summary>What the bytes of a stored response are of the whole; null for a response that is no part.</summary>
    public static ContentRange? RangeOf(CacheEntry entry) =>
        entry.Status == 206 ? ContentRange.Parse(Array.Find(entry.Fields, IsContentRange).Value) : null;

    /// <summary>What to store: <paramref name="fresh"/>, joined with what is stored. Null: its body is not what its Content-Range says.</summary>
    public static CacheEntry? Joined(CacheEntry fresh, CacheEntry? stored, long maxObject)
    {
        if (RangeOf(fresh) is not { } range || range.Length != fresh.Body.Length)
        {
            return null;
        }

        bool joins = stored is not null && RangeOf(stored) is { } other && other.Joins(range) && IsSame(stored, fresh)
            && Math.Max(other.Last, range.Last) - Math.Min(other.First, range.First) < maxObject;
        CacheEntry joined = joins ? Join(stored!, RangeOf(stored!)!.Value, fresh, range) : fresh;
        return RangeOf(joined) is { IsWhole: true } ? Whole(joined) : joined;
    }

    /// <summary>The part that a 200 which broke off has become; null where nothing came, or no strong entity tag tells what else belongs to it.</summary>
    public static CacheEntry? Beginning(CacheEntry whole, StoredBody came, long length) =>
        whole.Status == 200 && came.Length > 0 && came.Length < length && IsSame(whole, whole)
            ? whole with
            {
                Status = 206,
                Reason = null,
                Variant = VaryKey.PartMark + whole.Variant,
                Body = came,
                Fields = [.. whole.Fields, KeyValuePair.Create(ContentRange.FieldName, new StringValues(new ContentRange(0, came.Length - 1, length).ToString()))],
            }
            : null;

    /// <summary>Strong validators say so (§3.4).</summary>
    private static bool IsSame(CacheEntry one, CacheEntry other) =>
        one.ETag is not null && other.ETag is not null && Validators.StrongEquals(one.ETag, other.ETag);

    private static CacheEntry Join(CacheEntry old, ContentRange had, CacheEntry fresh, ContentRange came)
    {
        var union = new ContentRange(Math.Min(had.First, came.First), Math.Max(had.Last, came.Last), came.Total);
        IEnumerable<ReadOnlyMemory<byte>> pieces = old.Body.Slice(0, Math.Max(0, came.First - had.First))
            .Concat(fresh.Body.Pieces)
            .Concat(old.Body.Slice(came.Last + 1 - had.First, Math.Max(0, had.Last - came.Last)));
        return fresh with
        {
            Body = new StoredBody([.. pieces]),
            // §3.4: what the earlier part said stands where the later says nothing.
            Fields =
            [
                .. old.Fields.Where(field => !Array.Exists(fresh.Fields, newer => newer.Key.Equals(field.Key, StringComparison.OrdinalIgnoreCase))),
                .. fresh.Fields.Select(field => IsContentRange(field) ? KeyValuePair.Create(field.Key, new StringValues(union.ToString())) : field),
            ],
        };
    }

    private static CacheEntry Whole(CacheEntry part) => part with
    {
        Status = 200,
        Variant = part.Variant[VaryKey.PartMark.Length..],
        Fields = Array.FindAll(part.Fields, field => !IsContentRange(field)),
    };

    private static bool IsContentRange(KeyValuePair<string, StringValues> field) =>
        field.Key is not null && field.Key.Equals(ContentRange.FieldName, StringComparison.OrdinalIgnoreCase);
}
