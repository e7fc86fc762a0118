using System.Text;
using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>The part of the second level that a policy asks for: VaryByHeader, VaryByCookie, VaryBySessionField.</summary>
internal sealed class PolicyKey(CachePolicy policy)
{
    private readonly string[] _headers = [.. policy.VaryByHeader.Select(name => name.ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal)];
    private readonly string[] _cookies = [.. policy.VaryByCookie.Distinct().Order(StringComparer.Ordinal)];
    private readonly string[] _fields = [.. policy.VaryBySessionField.Distinct().Order(StringComparer.Ordinal)];

    /// <summary>False: it adds nothing to any key.</summary>
    public bool IsUsed => _headers.Length + _cookies.Length + _fields.Length > 0;

    /// <summary><paramref name="plain"/>, and what the policy asks for.</summary>
    public string AppendTo(string plain, HttpContext context, RequestSession? session)
    {
        IHeaderDictionary headers = context.Request.Headers;
        var text = new StringBuilder(plain, 256);
        foreach (string name in _headers)
        {
            VaryKey.Append(text, "header " + name, VaryValue.Of(name, headers[name]));
        }

        foreach (string name in _cookies)
        {
            VaryKey.Append(text, "cookie " + name, CookieValues.Of(headers.Cookie, name));
        }

        foreach (string name in _fields)
        {
            VaryKey.Append(text, "session " + name, session?.Field(name));
        }

        return text.ToString();
    }
}
