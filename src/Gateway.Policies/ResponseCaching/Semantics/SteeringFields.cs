using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>Request fields by which a client can have some destinations answer for another URI, method or host than the request's own.</summary>
internal static class SteeringFields
{
    /// <summary>Replace the method or the path: such a request passes the cache by.</summary>
    public static readonly string[] Overrides =
        ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-URL", "X-Rewrite-URL", "X-Original-URI"];

    /// <summary>Are read instead of the URI: where a request carries one it is part of the key, whether the response names it in Vary or not.</summary>
    public static readonly string[] Keyed =
    [
        "Forwarded", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Proto", "X-Forwarded-Scheme",
        "X-Forwarded-Server", "X-Host", "X-Original-Host",
    ];

    private static readonly FrozenSet<string> All = Overrides.Concat(Keyed).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether there is any. One pass over what is there, since nearly no request carries one: cheaper than a look-up for each name.</summary>
    public static bool AreIn(IHeaderDictionary request)
    {
        foreach (KeyValuePair<string, StringValues> field in request)
        {
            if (All.Contains(field.Key))
            {
                return true;
            }
        }

        return false;
    }
}
