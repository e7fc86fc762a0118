namespace Gateway.Configuration.Rules;

/// <summary>The URL of an HTTP server.</summary>
internal static class HttpAddress
{
    public const string Allowed = "a URL such as \"http://localhost:5001/\", with http or https, a host, and neither user nor query";

    /// <summary>Null when the text is not one.</summary>
    public static Uri? Read(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
        && (url.Scheme is "http" or "https")
        && url.Host.Length > 0
        && url.UserInfo.Length == 0
        && url.Query.Length == 0
        && url.Fragment.Length == 0
            ? url
            : null;
}
