using Gateway.Policies.Rejections;

namespace Gateway.Hosting;

/// <summary>
/// What goes wrong inside becomes a problem body, never a stack trace. A request that Kestrel finds malformed while it is read is the
/// client's error.
/// </summary>
internal sealed partial class ErrorAnswers(ILogger<ErrorAnswers> logger)
{
    public Task AnswerAsync(HttpContext context, Exception failure)
    {
        switch (failure)
        {
            case BadHttpRequestException bad:
                return AnswerAsync(context, bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? Problems.BodyTooLarge : Problems.Of(bad.StatusCode));
            case OperationCanceledException when context.RequestAborted.IsCancellationRequested:
                // The client has gone: there is nobody to answer.
                context.Abort();
                return Task.CompletedTask;
            default:
                LogUnexpected(failure, context.Request.Method, TraceId.Of(context));
                return AnswerAsync(context, Problems.Unexpected);
        }
    }

    private static Task AnswerAsync(HttpContext context, Problem problem)
    {
        if (context.Response.HasStarted)
        {
            // A response that breaks off must not look complete.
            context.Abort();
            return Task.CompletedTask;
        }

        context.Response.Clear();
        return ProblemWriter.WriteAsync(context, problem);
    }

    [LoggerMessage(1, LogLevel.Error, "Unexpected error in a {Method} request, trace {TraceId}")]
    private partial void LogUnexpected(Exception failure, string method, string traceId);
}
