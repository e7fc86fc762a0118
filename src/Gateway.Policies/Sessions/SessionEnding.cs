using Gateway.Policies.Rejections;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Gateway.Policies.Sessions;

/// <summary>A logout route: the session that the request carries has ended before the destination hears of it, and the browser drops its cookie.</summary>
internal sealed class SessionEnding(SessionPolicy policy, SessionAdmin sessions, RequestDelegate next)
{
    private static readonly Problem Unavailable =
        new(StatusCodes.Status503ServiceUnavailable, "Service unavailable", Detail: "The session cannot be ended at the moment. Try again shortly.");

    private readonly TokenReader _reader = new(policy);

    private readonly string[] _cookies = [.. policy.Token.Where(source => source.Kind is TokenSourceKind.Cookie).Select(source => SessionCookies.Ended(source.Name!))];

    public async Task InvokeAsync(HttpContext context)
    {
        FoundToken found = _reader.Read(context.Request);
        try
        {
            if (!found.Token.IsEmpty)
            {
                await sessions.RevokeAsync(policy, found.Token.ToString(), found.Tenant);
            }
        }
        catch (StoreUnavailableException)
        {
            context.Response.Headers[HeaderNames.RetryAfter] = "1";
            await ProblemWriter.WriteAsync(context, Unavailable);
            return;
        }

        foreach (string cookie in _cookies)
        {
            SessionCookies.Append(context.Response.Headers, cookie);
        }

        await next(context);
    }
}
