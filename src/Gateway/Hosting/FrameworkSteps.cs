using Gateway.Forwarding;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Options;

namespace Gateway.Hosting;

/// <summary>
/// What ASP.NET Core itself does before a route: CORS, request timeouts, authentication, authorization. Built into the pipelines of the
/// routes that ask for one of them, or of all where the host's own set-up does; a route that does not is not slowed by them.
/// </summary>
internal static class FrameworkSteps
{
    /// <summary>
    /// Hands the gateway's own routes their requests, past the framework's steps, which they have inside where they ask for them. Endpoints
    /// that a host maps beside them have the steps here.
    /// </summary>
    public static void UseRoutesOrFrameworkSteps(this IApplicationBuilder app)
    {
        app.Use(static next => context =>
        {
            if (context.GetEndpoint() is not { RequestDelegate: { } route } endpoint || endpoint.Metadata.GetMetadata<RoutePolicies>() is null)
            {
                return next(context);
            }

            GatewayRequest.Begin(context);
            return route(context);
        });
        app.UseFrameworkSteps();
    }

    /// <summary>Wraps each endpoint that asks for a step in all of them, in the framework's usual order.</summary>
    public static TBuilder WithFrameworkSteps<TBuilder>(this TBuilder endpoints, IServiceProvider services)
        where TBuilder : IEndpointConventionBuilder
    {
        bool everywhere = AreAskedEverywhere(services);
        endpoints.Add(endpoint =>
        {
            if (everywhere || endpoint.Metadata.Any(IsAsking))
            {
                endpoint.RequestDelegate = Wrap(endpoint.RequestDelegate!, services);
            }
        });
        return endpoints;
    }

    private static RequestDelegate Wrap(RequestDelegate route, IServiceProvider services)
    {
        // Composed by the first request: authorization looks at the endpoints when it is made, and they are being made now, under YARP's lock.
        var steps = new Lazy<RequestDelegate>(() => Compose(route, services));
        return context => steps.Value(context);
    }

    private static RequestDelegate Compose(RequestDelegate route, IServiceProvider services)
    {
        var steps = new ApplicationBuilder(services);
        steps.UseFrameworkSteps();
        steps.Run(route);
        return steps.Build();
    }

    private static void UseFrameworkSteps(this IApplicationBuilder app)
    {
        app.Use(Cors(app.ApplicationServices));
        app.UseRequestTimeouts();
        app.UseMiddleware<TimeoutMiddleware>();
        app.UseAuthentication();
        app.UseAuthorization();
    }

    // As UseCors does, but without its expression trees, which take 20 ms of the start and 2 MB.
    private static Func<RequestDelegate, RequestDelegate> Cors(IServiceProvider services) => next =>
    {
        var cors = new CorsMiddleware(next, services.GetRequiredService<ICorsService>(), services.GetRequiredService<ILoggerFactory>());
        ICorsPolicyProvider policies = services.GetRequiredService<ICorsPolicyProvider>();
        return context => cors.Invoke(context, policies);
    };

    private static bool IsAsking(object metadata) =>
        metadata is ICorsMetadata or IAuthorizeData or IAllowAnonymous or AuthorizationPolicy or IAuthorizationRequirementData
            or RequestTimeoutAttribute or RequestTimeoutPolicy or DisableRequestTimeoutAttribute;

    // A scheme may know users on any route; a fallback policy or a default timeout is meant for all.
    private static bool AreAskedEverywhere(IServiceProvider services) =>
        services.GetRequiredService<IOptions<AuthenticationOptions>>().Value.Schemes.Any()
        || services.GetRequiredService<IOptions<AuthorizationOptions>>().Value.FallbackPolicy is not null
        || services.GetRequiredService<IAuthorizationPolicyProvider>() is not DefaultAuthorizationPolicyProvider
        || services.GetRequiredService<IOptions<RequestTimeoutOptions>>().Value.DefaultPolicy is not null;
}
