using System.Globalization;
using Gateway.Policies.Rejections;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.RateLimiting;

/// <summary>The answers to requests that a limit does not admit.</summary>
internal static class RateLimitRejections
{
    private const string QuotaExceeded = "https://iana.org/assignments/http-problem-types#quota-exceeded";
    private const string UnavailableRetrySeconds = "1";

    /// <summary>429 with the policies that denied and, where it is known, the time after which a retry passes.</summary>
    public static Task TooManyRequestsAsync(HttpContext context, IReadOnlyList<string> violated, TimeSpan retryAfter)
    {
        if (retryAfter != PermitDecision.Never)
        {
            context.Response.Headers.RetryAfter = Math.Max(1, RateLimitHeaders.Seconds(retryAfter)).ToString(CultureInfo.InvariantCulture);
        }

        return ProblemWriter.WriteAsync(context, new Problem(StatusCodes.Status429TooManyRequests, "Too many requests", QuotaExceeded)
        {
            ViolatedPolicies = violated,
        });
    }

    /// <summary>503: the limit cannot be counted and is configured to refuse then.</summary>
    public static Task UnavailableAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = UnavailableRetrySeconds;
        return ProblemWriter.WriteAsync(context, new Problem(
            StatusCodes.Status503ServiceUnavailable, "Service unavailable", Detail: "Limits cannot be checked right now. Try again shortly."));
    }
}
