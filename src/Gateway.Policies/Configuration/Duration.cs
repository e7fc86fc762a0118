using System.Buffers;
using System.Globalization;

namespace Gateway.Policies.Configuration;

/// <summary>Durations as the routes file writes them: <c>250ms</c>, <c>30s</c>, <c>5m</c>, <c>24h</c>, <c>7d</c>, or a .NET <see cref="TimeSpan"/>.</summary>
public static class Duration
{
    private static readonly SearchValues<char> Number = SearchValues.Create("0123456789.");

    public const string Allowed = "a duration such as \"250ms\", \"30s\", \"5m\", \"24h\", \"7d\" or \"00:00:30\"";

    /// <summary>Reads a duration of zero or more; false for anything else, also for one beyond <see cref="TimeSpan.MaxValue"/>.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
        int digits = trimmed.IndexOfAnyExcept(Number);
        if (digits > 0
            && UnitOf(trimmed[digits..]) is { } unit
            && double.TryParse(trimmed[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count)
            && count * unit.Ticks < TimeSpan.MaxValue.Ticks)
        {
            value = TimeSpan.FromTicks((long)Math.Round(count * unit.Ticks));
            return true;
        }

        // A bare number would be read as days by TimeSpan: too surprising to accept.
        value = default;
        return trimmed.Contains(':')
            && TimeSpan.TryParse(trimmed, CultureInfo.InvariantCulture, out value)
            && value >= TimeSpan.Zero;
    }

    /// <summary>The shortest text that <see cref="TryParse"/> reads back: <c>1m</c>, <c>1500ms</c>.</summary>
    public static string Format(TimeSpan value) => value.Ticks switch
    {
        0 => "0s",
        var ticks when ticks % TimeSpan.TicksPerDay == 0 => $"{ticks / TimeSpan.TicksPerDay}d",
        var ticks when ticks % TimeSpan.TicksPerHour == 0 => $"{ticks / TimeSpan.TicksPerHour}h",
        var ticks when ticks % TimeSpan.TicksPerMinute == 0 => $"{ticks / TimeSpan.TicksPerMinute}m",
        var ticks when ticks % TimeSpan.TicksPerSecond == 0 => $"{ticks / TimeSpan.TicksPerSecond}s",
        var ticks when ticks % TimeSpan.TicksPerMillisecond == 0 => $"{ticks / TimeSpan.TicksPerMillisecond}ms",
        _ => value.ToString("c", CultureInfo.InvariantCulture),
    };

    private static TimeSpan? UnitOf(ReadOnlySpan<char> suffix) => suffix switch
    {
        "ms" => TimeSpan.FromMilliseconds(1),
        "s" => TimeSpan.FromSeconds(1),
        "m" => TimeSpan.FromMinutes(1),
        "h" => TimeSpan.FromHours(1),
        "d" => TimeSpan.FromDays(1),
        _ => null,
    };
}
