using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Policies.Sessions;

/// <summary>
/// Signs the forwarded fields of a session: <c>t=1732177200,v1=…</c>, where v1 is the HMAC-SHA256 in lower-case hex of the Unix seconds
/// and the headers that are sent, each on a line of its own, by name in lower case. Made once a second for a session at most.
/// </summary>
internal sealed class IdentitySignature(SessionSignature signature, IEnumerable<string> headers)
{
    private readonly byte[] _secret = Encoding.UTF8.GetBytes(signature.Secret);

    // Where each header's value stands among the values, in the order they are signed in.
    private readonly (string Line, int At)[] _headers =
        [.. headers.Select((name, at) => (Line: $"\n{name.ToLowerInvariant()}:", at)).OrderBy(header => header.Line, StringComparer.Ordinal)];

    public string Header => signature.Header;

    public string Of(ValidSession session, DateTimeOffset now)
    {
        long second = now.ToUnixTimeSeconds();
        SignedMoment? known = session.Signed;
        if (known?.Second != second)
        {
            session.Signed = known = new SignedMoment(second, Sign(second, session.Forwarded));
        }

        return known.Value;
    }

    private string Sign(long second, string?[] values)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{second}");
        foreach ((string line, int at) in _headers)
        {
            if (values[at] is { } value)
            {
                text.Append(line).Append(value);
            }
        }

        byte[] mac = HMACSHA256.HashData(_secret, Encoding.ASCII.GetBytes(text.ToString()));
        return string.Create(CultureInfo.InvariantCulture, $"t={second},v1={Convert.ToHexStringLower(mac)}");
    }
}
