using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Transforms;

namespace Gateway.Forwarding;

/// <summary>
/// Forwards <c>Upgrade-Insecure-Requests</c>, which YARP takes for a field of the connection. Browsers send it, and destinations
/// answer differently by it.
/// </summary>
internal static class BrowserFields
{
    public static ValueTask ApplyAsync(RequestTransformContext transform)
    {
        StringValues said = transform.HttpContext.Request.Headers.UpgradeInsecureRequests;
        if (said.Count > 0 && transform.HeadersCopied)
        {
            RequestTransform.AddHeader(transform, HeaderNames.UpgradeInsecureRequests, said);
        }

        return default;
    }
}
