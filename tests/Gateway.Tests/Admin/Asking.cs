using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Gateway.Tests.Admin;

/// <summary>Speaks JSON with the admin API.</summary>
internal static class Asking
{
    public static Task<JsonNode> GetAsync(this AdminHost admin, string path, HttpStatusCode status = HttpStatusCode.OK) => admin.SendAsync(HttpMethod.Get, path, null, status);

    public static Task<JsonNode> DeleteAsync(this AdminHost admin, string path, HttpStatusCode status = HttpStatusCode.OK) => admin.SendAsync(HttpMethod.Delete, path, null, status);

    public static Task<JsonNode> PostAsync(this AdminHost admin, string path, string body, HttpStatusCode status = HttpStatusCode.OK) =>
        admin.SendAsync(HttpMethod.Post, path, body, status);

    public static Task<JsonNode> PatchAsync(this AdminHost admin, string path, string body, HttpStatusCode status = HttpStatusCode.OK) =>
        admin.SendAsync(HttpMethod.Patch, path, body, status);

    /// <summary>The answer, which must have this status and the kind of body that belongs to it.</summary>
    private static async Task<JsonNode> SendAsync(this AdminHost admin, HttpMethod method, string path, string? body, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        using HttpResponseMessage answer = await admin.Client.SendAsync(request);
        if ((int)status >= 400)
        {
            return await AdminListenerTests.ShouldBeProblemAsync(answer, (int)status);
        }

        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(status == answer.StatusCode, $"{(int)answer.StatusCode}: {text}");
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        return JsonNode.Parse(text)!;
    }
}
