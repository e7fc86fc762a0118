using System.Buffers;
using System.Globalization;

namespace Gateway.Telemetry;

/// <summary>Text for a log that people and terminals read: no entry can forge another, or steer a terminal.</summary>
internal static class LogText
{
    // C0, DEL, C1, and the two separators that some viewers break lines at.
    private static readonly SearchValues<char> Control = SearchValues.Create(Controls());

    /// <summary>Writes <paramref name="text"/>; a line break is followed by <paramref name="indent"/>, any other control character is written as <c>\u001b</c>.</summary>
    public static void Write(TextWriter writer, ReadOnlySpan<char> text, string indent)
    {
        for (int at = text.IndexOfAny(Control); at >= 0; at = text.IndexOfAny(Control))
        {
            writer.Write(text[..at]);
            WriteControl(writer, text[at], indent);
            text = text[(at + 1)..];
        }

        writer.Write(text);
    }

    // Written out: a query over numbers is forty methods to compile before the first line of the log.
    private static ReadOnlySpan<char> Controls()
    {
        char[] all = new char[0x20 + 0x21 + 2];
        for (int code = 0; code < 0x20; code++)
        {
            all[code] = (char)code;
        }

        for (int code = 0x7F; code < 0xA0; code++)
        {
            all[0x20 + code - 0x7F] = (char)code;
        }

        (all[^2], all[^1]) = ('\u2028', '\u2029');
        return all;
    }

    private static void WriteControl(TextWriter writer, char control, string indent)
    {
        switch (control)
        {
            case '\n':
                writer.Write('\n');
                writer.Write(indent);
                break;
            case '\r':
                break;
            case '\t':
                writer.Write(control);
                break;
            default:
                writer.Write(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)control:x4}"));
                break;
        }
    }
}
