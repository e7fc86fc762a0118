using System.Buffers;
using System.Globalization;

namespace Gateway.Telemetry;

/// <summary>Text for a log that people and terminals read: no entry can forge another, or steer a terminal.</summary>
internal static class LogText
{
    // C0, DEL, C1, and the two separators that some viewers break lines at.
    private static readonly SearchValues<char> Control = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Append(0x2028).Append(0x2029).Select(code => (char)code)]);

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
