using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Gateway.Policies.Rejections;

/// <summary>The only writer of error bodies: <c>application/problem+json</c> with a <c>traceId</c> (RFC 9457).</summary>
public static class ProblemWriter
{
    /// <summary>Answers <paramref name="context"/> with <paramref name="problem"/>. Does nothing when the response has already begun.</summary>
    public static Task WriteAsync(HttpContext context, Problem problem) => WriteAsync(context, new WrittenProblem(problem));

    /// <inheritdoc cref="WriteAsync(HttpContext, Problem)"/>
    public static Task WriteAsync(HttpContext context, WrittenProblem problem)
    {
        HttpResponse response = context.Response;
        if (response.HasStarted)
        {
            return Task.CompletedTask;
        }

        string traceId = TraceId.Of(context);
        response.StatusCode = problem.Status;
        response.ContentType = "application/problem+json";
        response.Headers[HeaderNames.CacheControl] = "no-store";
        response.ContentLength = problem.Length(traceId);
        return context.Request.Method == HttpMethods.Head ? Task.CompletedTask : SendAsync(response.BodyWriter, problem, traceId);
    }

    private static Task SendAsync(PipeWriter body, WrittenProblem problem, string traceId)
    {
        problem.WriteTo(body, traceId);
        // Not RequestAborted: a timed-out request is aborted too, and its client still listens.
        ValueTask<FlushResult> pending = body.FlushAsync(CancellationToken.None);
        if (!pending.IsCompletedSuccessfully)
        {
            return pending.AsTask();
        }

        _ = pending.Result;
        return Task.CompletedTask;
    }
}
