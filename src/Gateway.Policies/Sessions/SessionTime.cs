using System.Globalization;
using System.Text.Json;

namespace Gateway.Policies.Sessions;

/// <summary>Reads a point in time of a session record: ISO 8601 or Unix seconds, as a number or as a string.</summary>
internal static class SessionTime
{
    // Seconds beyond the year 5138: a writer that counts in milliseconds, whose sessions must not live for ever.
    private const double SurelyMilliseconds = 1e11;
    private static readonly double LastUnixSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();
    private static readonly double FirstUnixSecond = DateTimeOffset.MinValue.ToUnixTimeSeconds();

    /// <summary>False when <paramref name="element"/> names no point in time. A time without offset is UTC.</summary>
    public static bool TryRead(JsonElement element, out DateTimeOffset time)
    {
        time = default;
        return element.ValueKind switch
        {
            JsonValueKind.Number => element.TryGetDouble(out double seconds) && TryUnix(seconds, out time),
            JsonValueKind.String => TryText(element.GetString()!.Trim(), out time),
            _ => false,
        };
    }

    private static bool TryText(string text, out DateTimeOffset time)
    {
        if (double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds))
        {
            return TryUnix(seconds, out time);
        }

        time = default;
        return StartsWithDate(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }

    // The framework also reads 10/11/2026 and its like, which means two different days to two different people.
    private static bool StartsWithDate(string text) =>
        text.Length >= 10 && text[4] == '-' && text[7] == '-' && !text.AsSpan(0, 4).ContainsAnyExceptInRange('0', '9');

    private static bool TryUnix(double seconds, out DateTimeOffset time)
    {
        double adjusted = seconds >= SurelyMilliseconds ? seconds / 1000 : seconds;
        bool fits = adjusted >= FirstUnixSecond && adjusted < LastUnixSecond;
        time = fits ? DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(adjusted) : default;
        return fits;
    }
}
