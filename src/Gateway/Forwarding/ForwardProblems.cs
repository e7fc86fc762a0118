using Gateway.Policies.Rejections;
using Microsoft.AspNetCore.Http.Timeouts;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Forwarding;

/// <summary>Gives the errors that YARP answers with no body a problem body. What a destination answered is never touched.</summary>
internal static class ForwardProblems
{
    private const string RetryAfterSeconds = "5";

    public static Problem TimedOut { get; } = new(504, "Gateway timeout", Detail: "The destination did not answer in time.");

    /// <summary>Answers in YARP's place where it failed and has begun no answer of its own.</summary>
    public static Task AnswerAsync(HttpContext context) =>
        context.GetForwarderErrorFeature() is { Error: var error } && !context.Response.HasStarted ? AnswerAsync(context, error) : Task.CompletedTask;

    private static Task AnswerAsync(HttpContext context, ForwarderError error)
    {
        // An upgrade that the destination declined leaves its own answer in place.
        if (context.Response.StatusCode < StatusCodes.Status400BadRequest)
        {
            return Task.CompletedTask;
        }

        // YARP sees a request cancelled, by whomever, as the client's doing; the route's Timeout is not.
        bool timedOut = context.Features.Get<IHttpRequestTimeoutFeature>() is { RequestTimeoutToken.IsCancellationRequested: true };
        Problem problem = (timedOut ? StatusCodes.Status504GatewayTimeout : context.Response.StatusCode) switch
        {
            StatusCodes.Status413PayloadTooLarge => Problems.BodyTooLarge,
            StatusCodes.Status503ServiceUnavailable => new(503, "Service unavailable", Detail: "No destination of this route is available now."),
            StatusCodes.Status504GatewayTimeout => TimedOut,
            StatusCodes.Status502BadGateway when error is ForwarderError.Request =>
                new(502, "Bad gateway", Detail: "The destination could not be reached."),
            StatusCodes.Status502BadGateway when error is ForwarderError.ResponseHeaders =>
                new(502, "Bad gateway", Detail: "The destination answered with a header section that is not valid."),
            StatusCodes.Status502BadGateway => new(502, "Bad gateway", Detail: "The destination broke off its answer."),
            int status => Problems.Of(status),
        };
        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
        }

        return ProblemWriter.WriteAsync(context, problem);
    }
}
