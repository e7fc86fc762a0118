using System.Buffers;
using System.Text;

namespace Gateway.Policies.Sessions;

/// <summary>
/// Writes any text as a header value. Printable ASCII stands as it is; every other character, <c>%</c>, and a space at either end is
/// percent-encoded as UTF-8. So a destination may always percent-decode, no value can end the header, and no two values look alike.
/// </summary>
internal static class HeaderText
{
    /// <summary>A longer value, once encoded, is not sent: destinations refuse requests with such headers.</summary>
    public const int MaxLength = 4096;

    private static readonly SearchValues<char> Plain =
        SearchValues.Create(" !\"#$&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>Null when the value would be too long.</summary>
    public static string? Encode(string text)
    {
        bool spaced = text is [' ', ..] or [.., ' '];
        string value = spaced || text.AsSpan().ContainsAnyExcept(Plain) ? Escape(text) : text;
        return value.Length <= MaxLength ? value : null;
    }

    private static string Escape(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var value = new StringBuilder(bytes.Length + 16);
        for (int i = 0; i < bytes.Length && value.Length <= MaxLength; i++)
        {
            char c = (char)bytes[i];
            bool outer = c == ' ' && (i == 0 || i == bytes.Length - 1);
            _ = !outer && char.IsAscii(c) && Plain.Contains(c) ? value.Append(c) : value.Append('%').Append(bytes[i].ToString("X2", null));
        }

        return value.ToString();
    }
}
