using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Admin.Requests;

/// <summary>The end of a path as the client meant it: the server leaves <c>%2F</c> encoded and decodes the rest, which cannot be told apart afterwards.</summary>
internal static class AdminPath
{
    /// <summary>What follows the first <paramref name="segments"/> segments, decoded once; null when nothing does.</summary>
    public static string? After(HttpContext context, int segments)
    {
        string target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        string path = target.Split('?')[0];
        string[] parts = path.Split('/', segments + 2);
        return path.StartsWith('/') && parts.Length == segments + 2 && parts[^1].Length > 0 ? Uri.UnescapeDataString(parts[^1]) : null;
    }
}
