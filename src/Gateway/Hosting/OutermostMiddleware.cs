using Gateway.Policies.Threading;
using Gateway.Telemetry;

namespace Gateway.Hosting;

/// <summary>
/// The first middleware. What goes wrong inside becomes an answer; then the request is measured and has its line in the access log,
/// whatever happened. A request that is answered at once, without waiting for anything, passes without an allocation.
/// </summary>
internal sealed class OutermostMiddleware(RequestDelegate next, ErrorAnswers errors, RequestMetrics metrics, AccessLog log, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context) =>
        // What a client sends without waiting for answers is read where the answer before it ended: maybe on a thread that hears of sockets.
        Thread.CurrentThread.IsThreadPoolThread ? AnswerAsync(context) : AnswerOnPoolAsync(context);

    private async Task AnswerOnPoolAsync(HttpContext context)
    {
        await PoolThread.EnterAsync();
        await AnswerAsync(context);
    }

    private Task AnswerAsync(HttpContext context)
    {
        long began = time.GetTimestamp();
        ResponseByteCounter? body = log.IsEnabled ? ResponseByteCounter.In(context) : null;
        Task answer;
        try
        {
            answer = next(context);
        }
        catch (Exception failure)
        {
            answer = errors.AnswerAsync(context, failure);
        }

        if (!answer.IsCompletedSuccessfully)
        {
            return AwaitAsync(answer, context, began, body);
        }

        Conclude(context, completed: true, began, body);
        return Task.CompletedTask;
    }

    private async Task AwaitAsync(Task answer, HttpContext context, long began, ResponseByteCounter? body)
    {
        bool completed = false;
        try
        {
            try
            {
                await answer;
            }
            catch (Exception failure)
            {
                await errors.AnswerAsync(context, failure);
            }

            completed = true;
        }
        finally
        {
            Conclude(context, completed, began, body);
        }
    }

    private void Conclude(HttpContext context, bool completed, long began, ResponseByteCounter? body)
    {
        TimeSpan duration = time.GetElapsedTime(began);
        // An exception that nothing inside answered becomes the server's 500.
        int status = completed || context.Response.HasStarted ? context.Response.StatusCode : StatusCodes.Status500InternalServerError;
        metrics.Answered(context, status, duration);
        if (body is not null)
        {
            log.Write(context, status, body.Written, duration);
        }
    }
}
