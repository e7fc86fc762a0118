using Gateway.Policies.Rejections;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Hosting;

/// <summary>
/// Methods that cannot be forwarded are 405. A reverse proxy opens no tunnels: CONNECT (RFC 9110 §9.3.6), but for WebSockets over HTTP/2
/// (RFC 8441). And <c>head</c> is not HEAD (§9.1), but can be sent on only as HEAD, whose answer is none to it.
/// </summary>
internal sealed class MethodRefusal(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        string method = context.Request.Method;
        if (HttpMethods.IsHead(method) && method != HttpMethods.Head)
        {
            // No body: whoever writes one takes the method for HEAD.
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return Task.CompletedTask;
        }

        return HttpMethods.IsConnect(method) && context.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true }
            ? ProblemWriter.WriteAsync(context, Problems.Of(StatusCodes.Status405MethodNotAllowed))
            : next(context);
    }
}
