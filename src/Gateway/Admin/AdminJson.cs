using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Admin;

/// <summary>Answers of the admin API: indented, since people read them as often as programs do; never cached.</summary>
internal static class AdminJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task WriteAsync(HttpContext context, JsonNode answer, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(ToText(answer) + "\n", context.RequestAborted);
    }

    public static string ToText(JsonNode node) => node.ToJsonString(Indented);
}
