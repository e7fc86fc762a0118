using Gateway.Policies.Rejections;

namespace Gateway.Hosting;

/// <summary>
/// Outermost: what goes wrong inside becomes a problem body, never a stack trace. A request that Kestrel finds malformed while it is read
/// is the client's error.
/// </summary>
internal sealed partial class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException bad)
        {
            await AnswerAsync(context, bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? Problems.BodyTooLarge : Problems.Of(bad.StatusCode));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone: there is nobody to answer.
            context.Abort();
        }
        catch (Exception unexpected)
        {
            LogUnexpected(unexpected, context.Request.Method, TraceId.Of(context));
            await AnswerAsync(context, Problems.Unexpected);
        }
    }

    private static async Task AnswerAsync(HttpContext context, Problem problem)
    {
        if (context.Response.HasStarted)
        {
            // A response that breaks off must not look complete.
            context.Abort();
            return;
        }

        context.Response.Clear();
        await ProblemWriter.WriteAsync(context, problem);
    }

    [LoggerMessage(1, LogLevel.Error, "Unexpected error in a {Method} request, trace {TraceId}")]
    private partial void LogUnexpected(Exception failure, string method, string traceId);
}
