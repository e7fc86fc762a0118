using Gateway.Configuration;

namespace Gateway.Warmup;

/// <summary>The URLs of a round: those of the configuration, then those of the file, each once.</summary>
internal static class WarmupList
{
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static async Task<IReadOnlyList<string>> ReadAsync(WarmupOptions options, CancellationToken cancellation)
    {
        string[] lines = options.File is { } file ? await File.ReadAllLinesAsync(file, cancellation) : [];
        IEnumerable<string> named = lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#');
        return [.. options.Urls.Concat(named).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>True for an absolute URL with http or https.</summary>
    public static bool IsUrl(string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url is { Scheme: "http" or "https", UserInfo.Length: 0 };
}
