using System.Runtime.CompilerServices;
using Gateway.Forwarding;
using Gateway.Hosting;
using Gateway.Policies.Access;
using Gateway.Policies.Admission;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Rejections;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.RouteBinding;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;
using Gateway.Telemetry;

namespace Gateway;

/// <summary>The order of everything a request meets, stated once.</summary>
internal sealed class GatewayPipeline(
    AccessStep access,
    AdmissionStep admission,
    [FromKeyedServices(LimitStage.BeforeSession)] RateLimitingStep limitsBeforeSession,
    SessionStep session,
    [FromKeyedServices(LimitStage.AfterSession)] IPolicyStep limitsAfterSession,
    CachingStep cache,
    ForwardStep forwardStep)
{
    private readonly ConditionalWeakTable<RoutePolicies, RequestDelegate> _fromCacheOn = [];

    /// <summary>What a route's requests meet from the cache on, for the gateway's own requests; null: the route has no cache.</summary>
    public RequestDelegate? FromCacheOn(RoutePolicies route) => _fromCacheOn.TryGetValue(route, out RequestDelegate? pipeline) ? pipeline : null;

    /// <summary>What every request meets, whichever route it takes.</summary>
    public void Use(WebApplication app)
    {
        app.UseMiddleware<OutermostMiddleware>();
        app.UseMiddleware<MethodRefusal>();
        app.UseMiddleware<NominatedFieldsMiddleware>();
        app.UseRouting();
        app.UseRoutesOrFrameworkSteps();
        app.MapReverseProxy().WithPolicies(Compose).WithFrameworkSteps(app.Services);
        app.UseEndpoints(static _ => { });
        // Reached when no route matches.
        app.Run(static context => ProblemWriter.WriteAsync(context, Problems.NoRoute));
    }

    /// <summary>
    /// What a request of one route meets, composed when the configuration loads. A policy that the route does not use is not there at all.
    /// </summary>
    private RequestDelegate Compose(RoutePolicies route, RequestDelegate yarp)
    {
        RequestDelegate forward = forwardStep.Wrap(route, yarp);
        RequestDelegate pipeline = cache.Wrap(route, forward);
        if (route.Cache is not null)
        {
            _fromCacheOn.AddOrUpdate(route, pipeline);
        }

        pipeline = limitsAfterSession.Wrap(route, pipeline);
        pipeline = session.Wrap(route, pipeline);
        // The session is read from Redis while the limits before it are asked there.
        pipeline = limitsBeforeSession.Wrap(route, pipeline, whileWaiting: session.Prefetch(route));
        pipeline = admission.Wrap(route, pipeline);
        // Denied clients cost nothing further: no count, no look-up.
        pipeline = access.Wrap(route, pipeline);
        return BodyLimit.Wrap(route, pipeline);
    }
}
