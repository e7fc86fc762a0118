using System.Globalization;

namespace Gateway.Policies.RateLimiting.Fields;

/// <summary>
/// Seconds as text. Most responses of a second say one of few values: those last written are kept, by their last bits, so that a
/// response seldom costs a new string.
/// </summary>
internal static class SecondsText
{
    private const int Places = 256;
    private static readonly Written?[] Kept = new Written?[Places];

    public static string Of(long seconds)
    {
        ref Written? place = ref Kept[seconds & (Places - 1)];
        if (Volatile.Read(ref place) is { } kept && kept.Seconds == seconds)
        {
            return kept.Text;
        }

        var written = new Written(seconds, seconds.ToString(CultureInfo.InvariantCulture));
        Volatile.Write(ref place, written);
        return written.Text;
    }

    private sealed record Written(long Seconds, string Text);
}
