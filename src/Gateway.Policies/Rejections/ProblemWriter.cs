using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Gateway.Policies.Rejections;

/// <summary>The only writer of error bodies: <c>application/problem+json</c> with a <c>traceId</c> (RFC 9457).</summary>
public static class ProblemWriter
{
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
        var body = new ArrayBufferWriter<byte>(256);
        Serialize(body, problem, TraceId.Of(context));
        response.ContentLength = body.WrittenCount;
        // Not RequestAborted: a timed-out request is aborted too, and its client still listens.
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(body.WrittenMemory, CancellationToken.None).AsTask();
    }

    private static void Serialize(ArrayBufferWriter<byte> body, Problem problem, string traceId)
    {
        using var json = new Utf8JsonWriter(body);
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
    }
}
