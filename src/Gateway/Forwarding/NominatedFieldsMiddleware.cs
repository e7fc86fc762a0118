using Microsoft.Extensions.Primitives;

namespace Gateway.Forwarding;

/// <summary>
/// Removes the request fields that the client's Connection field names. It stands before the policies, so that a client cannot
/// have a field removed that the gateway itself adds later, such as an identity.
/// </summary>
internal sealed class NominatedFieldsMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        IHeaderDictionary headers = context.Request.Headers;
        StringValues connection = headers.Connection;
        if (connection.Count > 0)
        {
            ConnectionOptions.RemoveNominated(headers, connection);
        }

        return next(context);
    }
}
