namespace Gateway.Configuration.Settings;

/// <summary>Which settings hold secrets: they appear in no message, log or admin answer.</summary>
internal static class SecretSettings
{
    /// <summary>What is shown in place of a secret.</summary>
    public const string Mask = "***";

    public static bool Contains(string path)
    {
        string key = path[(path.LastIndexOf(':') + 1)..];
        return IsRedisConnection(path)
            || key.Contains("Password", StringComparison.OrdinalIgnoreCase)
            || key.Contains("Secret", StringComparison.OrdinalIgnoreCase)
            || path.Equals("Gateway:Admin:Token", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The settings with every secret that is set replaced by <see cref="Mask"/>.</summary>
    public static IReadOnlyDictionary<string, string?> Masked(IReadOnlyDictionary<string, string?> settings) =>
        settings.ToDictionary(
            setting => setting.Key,
            setting => setting.Value is not null && Contains(setting.Key) ? Mask : setting.Value,
            StringComparer.OrdinalIgnoreCase);

    // A connection string may carry a user and a password anywhere in it.
    private static bool IsRedisConnection(string path) =>
        path.StartsWith("Gateway:Redis:", StringComparison.OrdinalIgnoreCase)
        && !path.EndsWith(":KeyPrefix", StringComparison.OrdinalIgnoreCase)
        && !path.EndsWith(":Deadline", StringComparison.OrdinalIgnoreCase);
}
