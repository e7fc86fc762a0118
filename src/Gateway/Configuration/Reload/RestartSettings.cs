namespace Gateway.Configuration.Reload;

/// <summary>Settings that are read once, at start.</summary>
internal static class RestartSettings
{
    private static readonly string[] Paths = ["Gateway:Redis", "Gateway:Admin", "Gateway:DemoApi", "Gateway:ShutdownTimeout", "Gateway:RateLimitMemory", "Gateway:CacheMemory", "Urls"];

    /// <summary>Paths of those that differ between two snapshots.</summary>
    public static IReadOnlyList<string> Changed(GatewaySnapshot before, GatewaySnapshot next) =>
        [.. before.Settings.Keys.Union(next.Settings.Keys, StringComparer.OrdinalIgnoreCase)
            .Where(path => Paths.Any(start => IsAt(path, start)) && Value(before, path) != Value(next, path))
            .Order(StringComparer.Ordinal)];

    private static bool IsAt(string path, string start) =>
        path.StartsWith(start, StringComparison.OrdinalIgnoreCase) && (path.Length == start.Length || path[start.Length] == ':');

    private static string? Value(GatewaySnapshot snapshot, string path) => snapshot.Settings.TryGetValue(path, out string? value) ? value : null;
}
