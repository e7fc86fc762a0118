using Gateway.Policies.Rejections;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Hosting;

/// <summary>A reverse proxy opens no tunnels: CONNECT is 405 (RFC 9110 §9.3.6), but for WebSockets over HTTP/2 (RFC 8441).</summary>
internal sealed class TunnelRefusal(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        HttpMethods.IsConnect(context.Request.Method) && context.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true }
            ? ProblemWriter.WriteAsync(context, Problems.Of(StatusCodes.Status405MethodNotAllowed))
            : next(context);
}
