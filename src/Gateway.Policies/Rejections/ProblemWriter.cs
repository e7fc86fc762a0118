using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Gateway.Policies.Rejections;

/// <summary>The only writer of error bodies: <c>application/problem+json</c> with a <c>traceId</c> (RFC 9457).</summary>
public static class ProblemWriter
{
    // A rejection is what a flood meets: its body is written without a buffer of its own.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _body;

    [ThreadStatic]
    private static Utf8JsonWriter? _json;

    /// <summary>Answers <paramref name="context"/> with <paramref name="problem"/>. Does nothing when the response has already begun.</summary>
    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        HttpResponse response = context.Response;
        if (response.HasStarted)
        {
            return Task.CompletedTask;
        }

        response.StatusCode = problem.Status;
        response.ContentType = "application/problem+json";
        response.Headers[HeaderNames.CacheControl] = "no-store";
        ArrayBufferWriter<byte> body = Serialize(problem, TraceId.Of(context));
        response.ContentLength = body.WrittenCount;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : SendAsync(response.BodyWriter, body.WrittenSpan);
    }

    private static Task SendAsync(PipeWriter writer, ReadOnlySpan<byte> body)
    {
        writer.Write(body);
        // Not RequestAborted: a timed-out request is aborted too, and its client still listens.
        ValueTask<FlushResult> pending = writer.FlushAsync(CancellationToken.None);
        if (!pending.IsCompletedSuccessfully)
        {
            return pending.AsTask();
        }

        _ = pending.Result;
        return Task.CompletedTask;
    }

    private static ArrayBufferWriter<byte> Serialize(Problem problem, string traceId)
    {
        ArrayBufferWriter<byte> body = _body ??= new ArrayBufferWriter<byte>(512);
        body.ResetWrittenCount();
        Utf8JsonWriter json = _json ??= new Utf8JsonWriter(body);
        json.Reset(body);
        json.WriteStartObject();
        json.WriteString("type", problem.Type);
        json.WriteString("title", problem.Title);
        json.WriteNumber("status", problem.Status);
        if (problem.Detail is not null)
        {
            json.WriteString("detail", problem.Detail);
        }

        if (problem.ViolatedPolicies is { } violated)
        {
            json.WriteStartArray("violated-policies");
            foreach (string policy in violated)
            {
                json.WriteStringValue(policy);
            }

            json.WriteEndArray();
        }

        json.WriteString("traceId", traceId);
        json.WriteEndObject();
        json.Flush();
        return body;
    }
}
