namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>
/// Reads the three forms of an HTTP date (RFC 9110 §5.6.7): <c>Sun, 06 Nov 1994 08:49:37 GMT</c>, <c>Sunday, 06-Nov-94 08:49:37 GMT</c>,
/// <c>Sun Nov  6 08:49:37 1994</c>. Names are read without case; of time zones only GMT is valid (RFC 9111 §4.2).
/// </summary>
internal static class HttpDate
{
    private const string Months = "janfebmaraprmayjunjulaugsepoctnovdec";

    /// <summary>False for anything else. <paramref name="now"/> (Unix milliseconds) tells the century of a two-digit year.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, long now, out long unixMilliseconds)
    {
        unixMilliseconds = 0;
        text = text.Trim();
        int comma = text.IndexOf(',');
        if (comma < 0)
        {
            return TryAsctime(text, out unixMilliseconds);
        }

        ReadOnlySpan<char> rest = text[(comma + 1)..];
        if (!IsWord(text[..comma]) || rest.IsEmpty || rest[0] != ' ')
        {
            return false;
        }

        rest = rest[1..];
        return rest.Length > 2 && rest[2] == '-' ? TryRfc850(rest, now, out unixMilliseconds) : TryFixdate(rest, out unixMilliseconds);
    }

    private static bool TryFixdate(ReadOnlySpan<char> text, out long unix)
    {
        unix = 0;
        return text.Length == 24 && text[2] == ' ' && text[6] == ' ' && text[11] == ' ' && text[20] == ' ' && IsZone(text[21..])
            && TryBuild(text[7..11], text[3..6], text[..2], text[12..20], out unix);
    }

    private static bool TryRfc850(ReadOnlySpan<char> text, long now, out long unix)
    {
        unix = 0;
        if (text.Length != 22 || text[6] != '-' || text[9] != ' ' || text[18] != ' ' || !IsZone(text[19..]) || !TryNumber(text[7..9], out int twoDigits))
        {
            return false;
        }

        // A year that looks more than 50 years ahead is the most recent one in the past with the same last digits.
        int thisYear = DateTimeOffset.FromUnixTimeMilliseconds(now).Year;
        int year = (thisYear / 100 * 100) + twoDigits;
        year -= year > thisYear + 50 ? 100 : 0;
        Span<char> written = stackalloc char[4];
        return year.TryFormat(written, out _, "0000") && TryBuild(written, text[3..6], text[..2], text[10..18], out unix);
    }

    private static bool TryAsctime(ReadOnlySpan<char> text, out long unix)
    {
        unix = 0;
        return text.Length == 24 && text[3] == ' ' && text[7] == ' ' && text[10] == ' ' && text[19] == ' ' && IsWord(text[..3])
            && TryBuild(text[20..24], text[4..7], text[8] == ' ' ? text[9..10] : text[8..10], text[11..19], out unix);
    }

    private static bool TryBuild(
        ReadOnlySpan<char> yearText, ReadOnlySpan<char> monthText, ReadOnlySpan<char> dayText, ReadOnlySpan<char> time, out long unix)
    {
        unix = 0;
        Span<char> name = stackalloc char[3];
        monthText.ToLowerInvariant(name);
        int month = Months.AsSpan().IndexOf(name);
        bool read = TryNumber(yearText, out int year) & TryNumber(dayText, out int day) & TryNumber(time[..2], out int hour)
            & TryNumber(time[3..5], out int minute) & TryNumber(time[6..8], out int second);
        if (!read || month < 0 || month % 3 != 0 || time[2] != ':' || time[5] != ':' || hour > 23 || minute > 59 || second > 60 || year < 1
            || day < 1 || day > DateTime.DaysInMonth(year, (month / 3) + 1))
        {
            return false;
        }

        // A leap second is the second before it.
        unix = new DateTimeOffset(year, (month / 3) + 1, day, hour, minute, Math.Min(second, 59), TimeSpan.Zero).ToUnixTimeMilliseconds();
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out int number)
    {
        bool read = DeltaSeconds.TryParse(text, out long value);
        number = (int)Math.Min(value, int.MaxValue);
        return read;
    }

    private static bool IsZone(ReadOnlySpan<char> text) => text.Equals("GMT", StringComparison.OrdinalIgnoreCase);

    private static bool IsWord(ReadOnlySpan<char> text)
    {
        foreach (char letter in text)
        {
            if (!char.IsAsciiLetter(letter))
            {
                return false;
            }
        }

        return !text.IsEmpty;
    }
}
