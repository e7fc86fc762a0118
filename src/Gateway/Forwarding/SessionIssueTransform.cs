using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Gateway.Policies.Rejections;
using Gateway.Policies.RouteBinding;
using Gateway.Policies.Sessions;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Gateway.Forwarding;

/// <summary>Makes sessions of a login route's answers, before any of them reaches the client.</summary>
internal sealed class SessionIssueTransform(SessionIssuing issuing)
{
    private const int MaxBody = 256 * 1024;

    private static readonly Problem Unreadable = new(502, "Bad gateway", Detail: "The login's answer could not be turned into a session.");

    private static readonly Problem Unavailable =
        new(503, "Service unavailable", Detail: "The session cannot be created at the moment. Try again shortly.");

    public static void AddTo(TransformBuilderContext context)
    {
        if (context.Route.Metadata is not PolicyRouteMetadata { Policies.SessionIssue: { } issuing })
        {
            return;
        }

        var transform = new SessionIssueTransform(issuing);
        if (!issuing.Settings.From.IsHeader)
        {
            // The body is to be read here: no compression.
            context.AddRequestTransform(static request =>
            {
                RequestTransform.RemoveHeader(request, "Accept-Encoding");
                return default;
            });
        }

        context.AddResponseTransform(transform.ApplyAsync);
    }

    private async ValueTask ApplyAsync(ResponseTransformContext response)
    {
        if (response.ProxyResponse is not { } proxied)
        {
            return;
        }

        string? said = issuing.Settings.From.IsHeader ? Take(response) : null;
        if ((int)proxied.StatusCode >= 400)
        {
            return;
        }

        bool isObject = issuing.Settings.From.Kind is SessionIssueKind.HeaderJson;
        byte[]? body = null;
        if (!issuing.Settings.From.IsHeader)
        {
            response.SuppressResponseBody = true;
            body = await ReadAsync(proxied.Content, response.CancellationToken);
            if (body is null)
            {
                await RefuseAsync(response, Unreadable);
                return;
            }

            (said, isObject) = FieldOf(body, issuing.Settings.From.Name);
        }

        await AnswerAsync(response, body, said, isObject);
    }

    private async Task AnswerAsync(ResponseTransformContext response, byte[]? body, string? said, bool isObject)
    {
        HttpContext context = response.HttpContext;
        switch (await context.RequestServices.GetRequiredService<SessionIssuer>().IssueAsync(context, issuing, said, isObject))
        {
            case IssueOutcome.Unreadable:
                await RefuseAsync(response, Unreadable);
                break;
            case IssueOutcome.Unavailable:
                await RefuseAsync(response, Unavailable);
                break;
            default:
                if (body is not null)
                {
                    await context.Response.Body.WriteAsync(body, response.CancellationToken);
                }

                break;
        }
    }

    // Whatever the answer is, the header is between gateway and destination.
    private string? Take(ResponseTransformContext response)
    {
        IHeaderDictionary headers = response.HttpContext.Response.Headers;
        string said = headers[issuing.Settings.From.Name].ToString();
        headers.Remove(issuing.Settings.From.Name);
        // Headers are read as Latin-1; what is UTF-8 is meant so.
        byte[] bytes = Encoding.Latin1.GetBytes(said);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : said;
    }

    private static async Task RefuseAsync(ResponseTransformContext response, Problem problem)
    {
        response.SuppressResponseBody = true;
        response.HttpContext.Response.Clear();
        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
        {
            response.HttpContext.Response.Headers.RetryAfter = "1";
        }

        await ProblemWriter.WriteAsync(response.HttpContext, problem);
    }

    // Null: larger than a login's answer may be.
    private static async Task<byte[]?> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        await using Stream stream = await content.ReadAsStreamAsync(cancellation);
        using var body = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (body.Length + read > MaxBody)
            {
                return null;
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    /// <summary>The field's text, or its JSON where it is an object; null: it is not there, and a body that is no JSON says nothing.</summary>
    private static (string? Said, bool IsObject) FieldOf(byte[] body, string path)
    {
        try
        {
            JsonElement element = JsonElement.Parse(body);
            foreach (string step in path.Split('.'))
            {
                if (element.ValueKind is not JsonValueKind.Object || !element.TryGetProperty(step, out element))
                {
                    return (null, false);
                }
            }

            return element.ValueKind switch
            {
                JsonValueKind.String => (element.GetString(), false),
                JsonValueKind.Number => (element.GetRawText(), false),
                JsonValueKind.Object => (element.GetRawText(), true),
                _ => (null, false),
            };
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return (null, false);
        }
    }
}
