using System.Globalization;
using System.Text;

namespace Gateway.Policies.Tests.ResponseCaching.Support;

/// <summary>Reads HTTP/1.1 messages off a stream, without any opinion about them.</summary>
internal static class RawStream
{
    /// <summary>A request; null when the peer closed before it sent one.</summary>
    public static async Task<RawMessage?> ReadRequestAsync(Stream stream, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[8192];
        int end;
        while ((end = text.ToString().IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
        {
            int read = await stream.ReadAsync(buffer, cancellation);
            if (read == 0)
            {
                return null;
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return RawMessage.Parse(text.ToString()[..end], text.ToString()[(end + 4)..]);
    }

    /// <summary>A response, taken out of everything a connection brought.</summary>
    public static RawMessage ParseResponse(string all)
    {
        int end = all.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            throw new InvalidDataException($"No whole response: '{all}'");
        }

        RawMessage message = RawMessage.Parse(all[..end], all[(end + 4)..]);
        return message["Transfer-Encoding"] == "chunked" ? message with { Body = Unchunk(message.Body) } : message;
    }

    private static string Unchunk(string body)
    {
        var whole = new StringBuilder();
        for (int at = 0; ;)
        {
            int line = body.IndexOf("\r\n", at, StringComparison.Ordinal);
            if (line < 0)
            {
                return whole + "(broken off)";
            }

            int length = int.Parse(body[at..line], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (length == 0)
            {
                return whole.ToString();
            }

            whole.Append(body, line + 2, length);
            at = line + 2 + length + 2;
        }
    }
}
