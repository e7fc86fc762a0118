using Gateway.Policies.RateLimiting.Fields;
using Gateway.Policies.Rejections;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.RateLimiting;

/// <summary>The answers to requests that a limit does not admit.</summary>
internal static class RateLimitRejections
{
    private const string QuotaExceeded = "https://iana.org/assignments/http-problem-types#quota-exceeded";
    private const string ReducedCapacity = "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity";
    private const string UnavailableRetrySeconds = "1";

    private static readonly WrittenProblem Unavailable = new(new Problem(
        StatusCodes.Status503ServiceUnavailable, "Service unavailable", Detail: "Limits cannot be checked right now. Try again shortly."));

    /// <summary>429, or 503 where the first policy that denied says so, with the policies that denied.</summary>
    /// <param name="violated">The policies that denied, one at least.</param>
    public static WrittenProblem Of(IReadOnlyList<RateLimitPolicy> violated)
    {
        RateLimitPolicy first = violated[0];
        (string title, string type) = first.Status == StatusCodes.Status429TooManyRequests
            ? ("Too many requests", QuotaExceeded)
            : ("Temporarily reduced capacity", ReducedCapacity);
        string? detail = violated.FirstOrDefault(policy => policy.Detail is not null)?.Detail;
        return new WrittenProblem(new Problem(first.Status, title, type, detail) { ViolatedPolicies = [.. violated.Select(policy => policy.Name)] });
    }

    /// <summary>Answers with the time, where it is known, after which a retry passes.</summary>
    /// <param name="context">The request.</param>
    /// <param name="rejection">Who denied.</param>
    /// <param name="retryAfter"><see cref="PermitDecision.Never"/>: no retry would pass.</param>
    public static Task RejectAsync(HttpContext context, WrittenProblem rejection, TimeSpan retryAfter)
    {
        if (retryAfter != PermitDecision.Never)
        {
            context.Response.Headers.RetryAfter = SecondsText.Of(Math.Max(1, RateLimitHeaders.Seconds(retryAfter)));
        }

        return ProblemWriter.WriteAsync(context, rejection);
    }

    /// <summary>503: the limit cannot be counted and is configured to refuse then.</summary>
    public static Task UnavailableAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = UnavailableRetrySeconds;
        return ProblemWriter.WriteAsync(context, Unavailable);
    }
}
