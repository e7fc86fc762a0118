using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.RateLimiting;

/// <summary>
/// What a response says of its limits: the <c>X-RateLimit-*</c> fields of common use, and <c>RateLimit-Policy</c> and <c>RateLimit</c>
/// of draft-ietf-httpapi-ratelimit-headers-10. Fields of these names that came from the destination are replaced.
/// </summary>
internal static class RateLimitHeaders
{
    private const string LimitField = "X-RateLimit-Limit";
    private const string RemainingField = "X-RateLimit-Remaining";
    private const string ResetField = "X-RateLimit-Reset";
    private const string PolicyField = "RateLimit-Policy";
    private const string StateField = "RateLimit";

    /// <summary>Writes the fields; what is not known is left out, never invented.</summary>
    /// <param name="headers">The response's fields.</param>
    /// <param name="request">The limits that were evaluated.</param>
    /// <param name="now">The time, for <c>X-RateLimit-Reset</c>.</param>
    /// <param name="elapsed">Time since the decisions.</param>
    public static void Write(IHeaderDictionary headers, RequestLimits request, DateTimeOffset now, TimeSpan elapsed)
    {
        int index = request.MostConstrained();
        RouteLimit limit = request.Limits[index];
        PermitDecision decision = request.Decisions[index];
        headers[LimitField] = limit.Limit;
        headers[PolicyField] = request.Limits.PolicyItems(request.Evaluated);
        if (!decision.IsKnown)
        {
            headers.Remove(RemainingField);
            headers.Remove(ResetField);
            headers.Remove(StateField);
            return;
        }

        headers[RemainingField] = decision.Remaining.ToString(CultureInfo.InvariantCulture);
        headers[ResetField] = Reset(limit.Policy.ResetFormat, decision, now, elapsed).ToString(CultureInfo.InvariantCulture);
        headers[StateField] = State(request, elapsed);
    }

    /// <summary>Whole seconds, rounded up; never negative.</summary>
    public static long Seconds(TimeSpan span) => span <= TimeSpan.Zero ? 0 : (span.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond;

    private static long Reset(ResetFormat format, in PermitDecision decision, DateTimeOffset now, TimeSpan elapsed)
    {
        TimeSpan left = decision.ResetAfter - elapsed;
        return format switch
        {
            ResetFormat.Unix => Seconds(now - DateTimeOffset.UnixEpoch + (left > TimeSpan.Zero ? left : TimeSpan.Zero)),
            ResetFormat.Delta => Seconds(left),
            _ => throw new InvalidOperationException($"No reset format {format}."),
        };
    }

    /// <summary><c>"per-client";r=99;t=60, "burst";r=9;t=1</c></summary>
    private static string State(RequestLimits request, TimeSpan elapsed)
    {
        var text = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[256]);
        bool first = true;
        for (int i = 0; i < request.Evaluated; i++)
        {
            PermitDecision decision = request.Decisions[i];
            if (!decision.IsKnown)
            {
                continue;
            }

            text.AppendLiteral(first ? "" : ", ");
            text.AppendLiteral(request.Limits[i].QuotedName);
            text.AppendLiteral(";r=");
            text.AppendFormatted(decision.Remaining);
            text.AppendLiteral(";t=");
            text.AppendFormatted(Seconds(decision.ResetAfter - elapsed));
            first = false;
        }

        return text.ToStringAndClear();
    }
}
