using Gateway.Policies.Rejections;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Hosting;

/// <summary>Holds request bodies to the route's <c>MaxRequestBody</c>: a stated length is refused at once, a chunked body when it passes the limit.</summary>
internal static class BodyLimit
{
    public static RequestDelegate Wrap(RoutePolicies route, RequestDelegate next)
    {
        if (route.MaxRequestBody is not { } limit)
        {
            return next;
        }

        return context =>
        {
            if (context.Request.ContentLength > limit)
            {
                return ProblemWriter.WriteAsync(context, Problems.BodyTooLarge);
            }

            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            {
                feature.MaxRequestBodySize = limit;
            }

            return next(context);
        };
    }
}
