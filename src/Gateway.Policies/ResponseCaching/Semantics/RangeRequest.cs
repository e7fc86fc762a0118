using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>The Range field of a request (RFC 9110 §14.2). One range is served; of several, and of what is not valid, the field is ignored.</summary>
internal static class RangeRequest
{
    /// <summary>What the field asks of a body of <paramref name="size"/> bytes.</summary>
    public static RangeOutcome Resolve(StringValues lines, long size, out ByteRange range)
    {
        range = default;
        ReadOnlySpan<char> text = lines.Count == 1 ? lines[0].AsSpan().Trim() : default;
        if (!text.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
        {
            return RangeOutcome.Ignore;
        }

        ReadOnlySpan<char> spec = text[6..].Trim();
        int dash = spec.IndexOf('-');
        if (dash < 0 || spec.Contains(','))
        {
            return RangeOutcome.Ignore;
        }

        bool hasFirst = DeltaOf(spec[..dash], out long first);
        bool hasLast = DeltaOf(spec[(dash + 1)..], out long last);
        bool valid = (hasFirst || dash == 0) && (hasLast || dash == spec.Length - 1) && (hasFirst || hasLast) && !(hasFirst && hasLast && last < first);
        if (!valid)
        {
            return RangeOutcome.Ignore;
        }

        long start = hasFirst ? first : Math.Max(0, size - last);
        long end = hasFirst && hasLast ? Math.Min(last, size - 1) : size - 1;
        range = new ByteRange(start, end - start + 1);
        return start < size && range.Length > 0 ? RangeOutcome.Partial : RangeOutcome.NotSatisfiable;
    }

    /// <summary>A byte position; positions beyond 2^62 count as that.</summary>
    private static bool DeltaOf(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        foreach (char digit in text)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return false;
            }

            value = value > (1L << 58) ? 1L << 62 : (value * 10) + (digit - '0');
        }

        return !text.IsEmpty;
    }
}
