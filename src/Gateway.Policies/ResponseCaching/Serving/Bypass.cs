using Gateway.Policies.ResponseCaching.Semantics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>
/// Requests the cache has no part in. Next to what cannot be cached, these are requests by which a client could make the destination
/// answer something else than the key says (cache poisoning), or store a private page under a public name (cache deception).
/// </summary>
internal static class Bypass
{
    /// <summary>Null: the cache takes the request. Else one of <see cref="CacheReason"/>.</summary>
    /// <param name="context">The request.</param>
    /// <param name="steered">It carries one of <see cref="SteeringFields"/>.</param>
    public static string? ReasonOf(HttpContext context, bool steered)
    {
        HttpRequest request = context.Request;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            return CacheReason.Method;
        }

        if (context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true || request.Headers.Upgrade.Count > 0)
        {
            return CacheReason.Upgrade;
        }

        if (HasBody(context))
        {
            return CacheReason.RequestBody;
        }

        return RiskOf(context, steered)
            ?? (request.Headers.Accept.ToString().StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) ? CacheReason.EventStream : null);
    }

    /// <summary>What would let a client answer for another URI than the key says, whatever the method; null: nothing.</summary>
    public static string? RiskOf(HttpContext context, bool steered)
    {
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return IsAmbiguous(target) ? CacheReason.AmbiguousPath
            : steered && Array.Exists(SteeringFields.Overrides, context.Request.Headers.ContainsKey) ? CacheReason.OverrideField
            : null;
    }

    /// <summary>True for paths that servers disagree on: coded slashes, dots, NUL and controls, semicolons, backslashes, dot segments.</summary>
    public static bool IsAmbiguous(ReadOnlySpan<char> target)
    {
        int mark = target.IndexOf('?');
        ReadOnlySpan<char> path = mark < 0 ? target : target[..mark];
        if (!path.ContainsAny('%', ';', '\\') && !path.ContainsAny('.', '#'))
        {
            return false;
        }

        return path.ContainsAny(';', '\\', '#') || HasCodedDelimiter(path) || HasDotSegment(path);
    }

    private static bool HasBody(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody
        ?? (context.Request.ContentLength > 0 || context.Request.Headers.TransferEncoding.Count > 0);

    private static bool HasCodedDelimiter(ReadOnlySpan<char> path)
    {
        for (int i = path.IndexOf('%'); i >= 0 && i < path.Length; i++)
        {
            if (path[i] != '%')
            {
                continue;
            }

            bool coded = i + 2 < path.Length && char.IsAsciiHexDigit(path[i + 1]) && char.IsAsciiHexDigit(path[i + 2]);
            int value = coded ? (HexValue(path[i + 1]) << 4) | HexValue(path[i + 2]) : -1;
            if (value is < 0x20 or 0x7F || "%./;\\?#".Contains((char)value))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasDotSegment(ReadOnlySpan<char> path) =>
        path.Contains("/./", StringComparison.Ordinal) || path.Contains("/../", StringComparison.Ordinal)
        || path.EndsWith("/.") || path.EndsWith("/..");

    private static int HexValue(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
