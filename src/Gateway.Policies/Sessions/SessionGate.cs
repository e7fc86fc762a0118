using Gateway.Policies.Metrics;
using Gateway.Policies.Rejections;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions.Memory;
using Gateway.Policies.Sessions.Streams;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Gateway.Policies.Sessions;

/// <summary>The session policy of one route, before the rest of the route's pipeline.</summary>
internal sealed class SessionGate(
    RoutePolicies route, SessionPolicy policy, SessionLookup lookup, SlidingExtension extension, LiveStreams streams, SessionMetrics metrics, TimeProvider time, ILogger logger, RequestDelegate next)
{
    // One answer for every reason, so that a client cannot tell a session that was from one that never was. Also for cookies: a 401
    // must carry a challenge (RFC 9110 §11.6.1), no scheme is registered for cookies, and browsers ask nobody about this one.
    private const string Challenge = "Bearer realm=\"gateway\"";

    // Redis is looked for several times a second while it is away.
    private const string RetryAfterSeconds = "1";

    private static readonly Problem Unauthorized = new(StatusCodes.Status401Unauthorized, "Unauthorized", Detail: "A valid session is required.");

    private static readonly Problem Unavailable =
        new(StatusCodes.Status503ServiceUnavailable, "Service unavailable", Detail: "The session cannot be checked at the moment. Try again shortly.");

    private static readonly Problem Forbidden =
        new(StatusCodes.Status403Forbidden, "Forbidden", Detail: "The session does not permit this request.");

    private static readonly Problem Unproven =
        new(StatusCodes.Status403Forbidden, "Forbidden", Detail: $"The request needs the {CsrfToken.Header} that belongs to its session.");

    private readonly CounterCell[] _validations = metrics.Validations(route.RouteId, policy.Name);
    private readonly ForwardedFields _forwarded = new(policy);
    private readonly FieldRequirements? _required = FieldRequirements.Of(route, policy);

    public Task InvokeAsync(HttpContext context)
    {
        GatewayRequest request = GatewayRequest.Of(context);
        PendingSession? pending = request.PendingSession;
        FoundToken found = pending?.Found ?? lookup.Find(context.Request);
        _forwarded.Strip(context.Request.Headers);
        if (pending is null && lookup.Recall(found) is { } seen)
        {
            lookup.CountRecalled();
            return DecideAsync(context, request, found, new SessionVerdict(seen.Outcome, seen));
        }

        ValueTask<SessionVerdict> verdict = (pending ?? lookup.Begin(found, request.RedisWait)).Verdict;
        return verdict.IsCompletedSuccessfully ? DecideAsync(context, request, found, verdict.Result) : WaitAsync(context, request, found, verdict);
    }

    private async Task WaitAsync(HttpContext context, GatewayRequest request, FoundToken found, ValueTask<SessionVerdict> verdict) =>
        await DecideAsync(context, request, found, await verdict);

    private Task DecideAsync(HttpContext context, GatewayRequest request, in FoundToken found, in SessionVerdict verdict)
    {
        SessionOutcome outcome = Admission(policy, _required, context.Request, found, verdict);
        request.SessionOutcome = outcome.Name();
        _validations[(int)outcome].Add();
        return outcome switch
        {
            SessionOutcome.Valid or SessionOutcome.Stale => AdmitAsync(context, request, found, verdict),
            SessionOutcome.Anonymous => next(context),
            _ => RefuseAsync(context, found, outcome),
        };
    }

    /// <summary>What becomes of a request with this verdict on its session.</summary>
    internal static SessionOutcome Admission(SessionPolicy policy, FieldRequirements? required, HttpRequest request, in FoundToken found, in SessionVerdict verdict)
    {
        if (verdict.Admits)
        {
            return policy.Csrf && !CsrfToken.Permits(request, found) ? SessionOutcome.Csrf
                : required is null || required.AreMetBy(verdict.Seen!.Session!) ? verdict.Outcome
                : SessionOutcome.Forbidden;
        }

        // Nobody has the fields that a route requires.
        return required is null && PassesAsNobody(policy, found, verdict.Outcome) ? SessionOutcome.Anonymous : verdict.Outcome;
    }

    private static bool PassesAsNobody(SessionPolicy policy, in FoundToken found, SessionOutcome outcome) =>
        policy.Optional && (found.IsMissing || (found.Source!.Kind is TokenSourceKind.Cookie && outcome is not SessionOutcome.Unavailable));

    private Task AdmitAsync(HttpContext context, GatewayRequest request, in FoundToken found, in SessionVerdict verdict)
    {
        SeenSession seen = verdict.Seen!;
        if (verdict.Outcome is SessionOutcome.Valid && seen.TryTakeExtension(out TimeSpan timeToLive))
        {
            extension.Begin(policy.Name, lookup.KeyOf(found), timeToLive);
        }

        request.Session = seen.Session;
        _forwarded.Add(context.Request.Headers, seen.Session!, time);
        return policy.EndStreams ? streams.RunAsync(context, lookup, found, next) : next(context);
    }

    private Task RefuseAsync(HttpContext context, in FoundToken found, SessionOutcome outcome)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            SessionLog.Refused(logger, route.RouteId, policy.Name, outcome.Name(), found.Source?.ToString() ?? "nowhere");
        }

        if (outcome is SessionOutcome.Unavailable)
        {
            context.Response.Headers[HeaderNames.RetryAfter] = RetryAfterSeconds;
            return ProblemWriter.WriteAsync(context, Unavailable);
        }

        if (outcome is SessionOutcome.Forbidden or SessionOutcome.Csrf)
        {
            return ProblemWriter.WriteAsync(context, outcome is SessionOutcome.Csrf ? Unproven : Forbidden);
        }

        context.Response.Headers[HeaderNames.WWWAuthenticate] = Challenge;
        return ProblemWriter.WriteAsync(context, Unauthorized);
    }
}
