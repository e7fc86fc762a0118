using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.Sessions;

/// <summary>
/// Proof that a request was made by a page that may read the session's cookies, and not just sent along by a browser: a cookie that scripts
/// can read, sent back in a header. It is derived from the session's token, so that nobody can plant one, and every gateway knows it.
/// </summary>
internal static class CsrfToken
{
    public const string Header = "X-CSRF-Token";
    public const string SecureCookie = "__Host-csrf";
    public const string PlainCookie = "csrf";

    /// <summary>HMAC-SHA256 of <c>csrf</c> with the session's token as the key, in lower-case hex.</summary>
    public static string Of(ReadOnlySpan<char> token)
    {
        byte[] key = new byte[Encoding.ASCII.GetByteCount(token)];
        Encoding.ASCII.GetBytes(token, key);
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, "csrf"u8));
    }

    /// <summary>True for a request that changes nothing (RFC 9110 §9.2.1), one whose token no browser sends by itself, or one with the proof.</summary>
    public static bool Permits(HttpRequest request, in FoundToken found)
    {
        bool isSafe = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method) || HttpMethods.IsTrace(request.Method);
        if (isSafe || found.Source is not { Kind: TokenSourceKind.Cookie })
        {
            return true;
        }

        byte[] given = Encoding.UTF8.GetBytes(request.Headers[Header].ToString());
        return CryptographicOperations.FixedTimeEquals(given, Encoding.ASCII.GetBytes(Of(found.Token.Span)));
    }
}
