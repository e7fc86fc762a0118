using Gateway.Policies.Rejections;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Hosting;

/// <summary>
/// Methods that cannot be forwarded are 405. A reverse proxy opens no tunnels: CONNECT (RFC 9110 §9.3.6), but for WebSockets over HTTP/2
/// (RFC 8441). And <c>head</c> is not HEAD (§9.1), but can be sent on only as HEAD, whose answer is none to it.
/// </summary>
internal sealed class MethodRefusal(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) => IsTunnel(context) || IsHeadOtherwiseWritten(context.Request.Method)
        ? ProblemWriter.WriteAsync(context, Problems.Of(StatusCodes.Status405MethodNotAllowed))
        : next(context);

    private static bool IsTunnel(HttpContext context) =>
        HttpMethods.IsConnect(context.Request.Method) && context.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true };

    private static bool IsHeadOtherwiseWritten(string method) => HttpMethods.IsHead(method) && method != HttpMethods.Head;
}
