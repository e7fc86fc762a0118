using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>Which bytes of a representation a partial response carries (RFC 9110 §14.4): <c>bytes 0-99/1000</c>. The whole length is known.</summary>
/// <param name="First">Position of the first byte.</param>
/// <param name="Last">Position of the last byte.</param>
/// <param name="Total">Bytes of the whole.</param>
internal readonly record struct ContentRange(long First, long Last, long Total)
{
    public const string FieldName = "Content-Range";

    public long Length => Last - First + 1;

    /// <summary>True: it is all there is.</summary>
    public bool IsWhole => Length == Total;

    /// <summary>Null for anything but one valid field with a known length.</summary>
    public static ContentRange? Parse(StringValues lines)
    {
        ReadOnlySpan<char> text = lines.Count == 1 ? lines[0].AsSpan().Trim() : default;
        int dash = text.IndexOf('-');
        int slash = text.IndexOf('/');
        if (!text.StartsWith("bytes ", StringComparison.OrdinalIgnoreCase) || dash < 6 || slash < dash)
        {
            return null;
        }

        bool read = Number(text[6..dash], out long first) & Number(text[(dash + 1)..slash], out long last) & Number(text[(slash + 1)..], out long total);
        return read && first <= last && last < total ? new ContentRange(first, last, total) : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"bytes {First}-{Last}/{Total}");

    /// <summary>True when every byte of the range is here.</summary>
    public bool Contains(ByteRange range) => range.First >= First && range.First + range.Length - 1 <= Last;

    /// <summary>True when the two together are one stretch of the same whole.</summary>
    public bool Joins(ContentRange other) => Total == other.Total && First <= other.Last + 1 && other.First <= Last + 1;

    private static bool Number(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
