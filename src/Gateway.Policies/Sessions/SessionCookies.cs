using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Gateway.Policies.Sessions;

/// <summary>The <c>Set-Cookie</c> values of sessions (RFC 6265bis; <c>__Host-</c>: its §4.1.3.2).</summary>
internal static class SessionCookies
{
    public static string Of(SessionIssue settings, string token, TimeSpan life) =>
        $"{settings.Cookie}={token}; Max-Age={Seconds(life)}; Path=/{SecureOf(settings.Secure)}; HttpOnly; SameSite={settings.SameSite}";

    /// <summary>Readable by the page's own scripts, which send it back in a header.</summary>
    public static string Csrf(SessionIssue settings, string token, TimeSpan life) =>
        $"{(settings.Secure ? CsrfToken.SecureCookie : CsrfToken.PlainCookie)}={CsrfToken.Of(token)}; Max-Age={Seconds(life)}; Path=/{SecureOf(settings.Secure)}; SameSite={settings.SameSite}";

    /// <summary>Makes a browser drop the cookie.</summary>
    public static string Ended(string name) =>
        $"{name}=; Max-Age=0; Path=/{SecureOf(name.StartsWith("__", StringComparison.Ordinal))}; HttpOnly; SameSite=Lax";

    public static void Append(IHeaderDictionary headers, string cookie) =>
        headers[HeaderNames.SetCookie] = StringValues.Concat(headers[HeaderNames.SetCookie], cookie);

    private static string Seconds(TimeSpan life) => ((long)life.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private static string SecureOf(bool secure) => secure ? "; Secure" : "";
}
