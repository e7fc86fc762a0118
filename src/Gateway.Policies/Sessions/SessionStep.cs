using System.Text.Json.Nodes;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Policies.Sessions;

/// <summary>The session policy's place in a route's pipeline.</summary>
public sealed class SessionStep : IPolicyStep
{
    private readonly ISessionStore _store;
    private readonly RecentSessions _recent;
    private readonly PartitionSecret _secret;
    private readonly SessionMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<SessionStep> _logger;
    private readonly SlidingExtension _extension;

    internal SessionStep(ISessionStore store, PartitionSecret secret, SessionMetrics metrics, TimeProvider time, ILogger<SessionStep> logger)
    {
        _store = store;
        _recent = new RecentSessions(time);
        _secret = secret;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _extension = new SlidingExtension(store, metrics, time, logger);
    }

    /// <summary>Lets through only requests with a valid session: 401 otherwise, 503 while Redis is away and nothing is known.</summary>
    public RequestDelegate Wrap(RoutePolicies route, RequestDelegate next) => route.Session is { } policy
        ? new SessionGate(route.RouteId, policy, LookupOf(policy), _extension, _secret, _metrics, _logger, next).InvokeAsync
        : next;

    /// <summary>
    /// Sends the look-up on its way before <paramref name="next"/>, which has work of its own for Redis, so that both round trips travel
    /// together. Reads only: nothing is decided or extended before the request gets to <see cref="Wrap"/>'s step.
    /// </summary>
    public RequestDelegate Prefetch(RoutePolicies route, RequestDelegate next)
    {
        if (route.Session is not { } policy)
        {
            return next;
        }

        SessionLookup lookup = LookupOf(policy);
        return context =>
        {
            context.Features.Set(lookup.Begin(context.Request, GatewayRequest.Of(context).RedisWait));
            return next(context);
        };
    }

    /// <inheritdoc/>
    public async ValueTask<JsonNode?> ExplainAsync(RoutePolicies route, HttpContext context)
    {
        if (route.Session is not { } policy)
        {
            return null;
        }

        SessionLookup lookup = LookupOf(policy);
        PendingSession pending = lookup.Begin(context.Request, new WaitBudget());
        SessionVerdict verdict = lookup.Judge(pending, await pending.Read);
        if (verdict.Admits)
        {
            // What is explained after the session, limits and cache, depends on it.
            GatewayRequest.Of(context).Session = new ValidSession(verdict.Record!, pending.Key!, _secret);
        }

        return new JsonObject
        {
            ["policy"] = policy.Name,
            ["token"] = pending.Found.Source?.ToString(),
            ["verdict"] = verdict.Outcome.Name(),
            ["admitted"] = verdict.Admits,
            ["expires"] = verdict.Record?.ExpiresAt?.ToString("O"),
            ["user"] = verdict.Record?.User is not null,
        };
    }

    private SessionLookup LookupOf(SessionPolicy policy) => new(policy, _store, _recent, _secret, _time);
}
