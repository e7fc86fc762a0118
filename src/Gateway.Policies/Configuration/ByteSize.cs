using System.Globalization;

namespace Gateway.Policies.Configuration;

/// <summary>A size in bytes, written as a number or as <c>"64KB"</c>, <c>"1MB"</c>, <c>"2GB"</c> (powers of 1024).</summary>
public readonly record struct ByteSize(long Bytes) : IConfigValue<ByteSize>
{
    public static string Allowed => "a size: a number of bytes, or \"64KB\", \"1MB\", \"2GB\"";

    public static ByteSize Kilobytes(long count) => new(count << 10);

    public static ByteSize Megabytes(long count) => new(count << 20);

    /// <summary>Reads a size of zero or more; false for anything else, also for one beyond <see cref="long.MaxValue"/>.</summary>
    public static bool TryParse(string text, out ByteSize value)
    {
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
        (int shift, int suffix) = trimmed switch
        {
            _ when trimmed.EndsWith("KB", StringComparison.OrdinalIgnoreCase) => (10, 2),
            _ when trimmed.EndsWith("MB", StringComparison.OrdinalIgnoreCase) => (20, 2),
            _ when trimmed.EndsWith("GB", StringComparison.OrdinalIgnoreCase) => (30, 2),
            _ when trimmed.EndsWith("B", StringComparison.OrdinalIgnoreCase) => (0, 1),
            _ => (0, 0),
        };
        bool read = long.TryParse(trimmed[..^suffix].TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out long count)
            && count <= long.MaxValue >> shift;
        value = read ? new ByteSize(count << shift) : default;
        return read;
    }

    public override string ToString() => Bytes switch
    {
        > 0 when Bytes % (1 << 30) == 0 => $"{Bytes >> 30}GB",
        > 0 when Bytes % (1 << 20) == 0 => $"{Bytes >> 20}MB",
        > 0 when Bytes % (1 << 10) == 0 => $"{Bytes >> 10}KB",
        _ => Bytes.ToString(CultureInfo.InvariantCulture),
    };
}
