using System.Text.Json.Nodes;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions.Streams;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Policies.Sessions;

/// <summary>The session policy's place in a route's pipeline.</summary>
public sealed class SessionStep : IPolicyStep
{
    private readonly SessionLookups _lookups;
    private readonly LiveStreams _streams;
    private readonly SessionAdmin _sessions;
    private readonly SessionMetrics _metrics;
    private readonly ILogger<SessionStep> _logger;
    private readonly TimeProvider _time;
    private readonly SlidingExtension _extension;

    internal SessionStep(
        ISessionStore store, SessionLookups lookups, LiveStreams streams, SessionAdmin sessions, SessionMetrics metrics, TimeProvider time, ILogger<SessionStep> logger)
    {
        _lookups = lookups;
        _streams = streams;
        _sessions = sessions;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _extension = new SlidingExtension(store, metrics, logger);
    }

    /// <summary>
    /// Lets through only requests with a valid session: 401 otherwise, 503 while Redis is away and nothing is known. On a logout route the
    /// session ends after that.
    /// </summary>
    public RequestDelegate Wrap(RoutePolicies route, RequestDelegate next)
    {
        RequestDelegate rest = route.SessionEnd is { } ended ? new SessionEnding(ended, _sessions, next).InvokeAsync : next;
        return route.Session is { } policy
            ? new SessionGate(route, policy, _lookups.Of(policy), _extension, _streams, _metrics, _time, _logger, rest).InvokeAsync
            : rest;
    }

    /// <summary>
    /// Sends a request's look-up on its way before its turn, for a step that waits for Redis, so that both round trips travel together. Reads
    /// only: nothing is decided or extended before the request gets to <see cref="Wrap"/>'s step. Null: the route needs no session.
    /// </summary>
    public Action<HttpContext>? Prefetch(RoutePolicies route)
    {
        if (route.Session is not { } policy)
        {
            return null;
        }

        SessionLookup lookup = _lookups.Of(policy);
        return context =>
        {
            FoundToken found = lookup.Find(context.Request);
            if (!found.Token.IsEmpty && lookup.Recall(found) is null)
            {
                GatewayRequest request = GatewayRequest.Of(context);
                request.PendingSession = lookup.Begin(found, request.RedisWait);
            }
        };
    }

    /// <inheritdoc/>
    public async ValueTask<JsonNode?> ExplainAsync(RoutePolicies route, HttpContext context)
    {
        if (route.Session is not { } policy)
        {
            return null;
        }

        SessionLookup lookup = _lookups.Of(policy);
        FoundToken found = lookup.Find(context.Request);
        (SessionVerdict verdict, SessionRecord? record) = await lookup.InspectAsync(found);
        record ??= verdict.Seen?.Session?.Record;
        SessionOutcome outcome = SessionGate.Admission(policy, FieldRequirements.Of(route, policy), context.Request, found, verdict);
        if (verdict.Admits)
        {
            // What is explained after the session, limits and cache, depends on it.
            GatewayRequest.Of(context).Session = verdict.Seen!.Session;
        }

        return new JsonObject
        {
            ["policy"] = policy.Name,
            ["token"] = found.Source?.ToString(),
            ["verdict"] = outcome.Name(),
            ["admitted"] = outcome is SessionOutcome.Valid or SessionOutcome.Stale or SessionOutcome.Anonymous,
            ["expires"] = record?.ExpiresAt?.ToString("O"),
            ["user"] = record?.User is not null,
        };
    }
}
