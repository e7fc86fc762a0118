namespace Gateway.Configuration.Settings;

/// <summary>Which settings hold secrets: they appear in no message, log or admin answer.</summary>
internal static class SecretSettings
{
    /// <summary>What is shown in place of a secret.</summary>
    public const string Mask = "***";

    private static readonly string[] CredentialWords = ["key", "token", "secret", "password", "auth", "cookie", "signature"];

    /// <summary>True when the setting, or a URL in its value, may hold a secret.</summary>
    public static bool Contains(string path, string value)
    {
        string key = path[(path.LastIndexOf(':') + 1)..];
        return IsRedisConnection(path)
            || HasCredentials(value)
            || IsListedKey(value)
            || key.Contains("Password", StringComparison.OrdinalIgnoreCase)
            || key.Contains("Secret", StringComparison.OrdinalIgnoreCase)
            || key.Contains("ApiKey", StringComparison.OrdinalIgnoreCase)
            || (key.Contains("Token", StringComparison.OrdinalIgnoreCase) && !IsTokenSource(path));
    }

    /// <summary>The settings with every secret that is set replaced by <see cref="Mask"/>.</summary>
    public static IReadOnlyDictionary<string, string?> Masked(IReadOnlyDictionary<string, string?> settings) =>
        settings.ToDictionary(
            setting => setting.Key,
            setting => setting.Value is { } value && (Contains(setting.Key, value) || IsSent(setting.Key, settings) || IsMatched(setting.Key, settings)) ? Mask : setting.Value,
            StringComparer.OrdinalIgnoreCase);

    // An entry of an allow or deny list, "Header:X-Api-Key=value"; a hash is no secret.
    private static bool IsListedKey(string value) =>
        value.StartsWith("Header:", StringComparison.OrdinalIgnoreCase)
        && value.Split('=', 2) is [_, var key]
        && !key.StartsWith("sha256:", StringComparison.OrdinalIgnoreCase);

    // "http://user:password@host"
    private static bool HasCredentials(string value)
    {
        int scheme = value.IndexOf("://", StringComparison.Ordinal);
        int end = scheme < 0 ? -1 : value.IndexOf('/', scheme + 3);
        return scheme >= 0 && value.AsSpan(scheme + 3, (end < 0 ? value.Length : end) - scheme - 3).Contains('@');
    }

    // A session's Token says where the token is looked for.
    private static bool IsTokenSource(string path) =>
        path.Contains(":Session:", StringComparison.OrdinalIgnoreCase) || path.StartsWith("Gateway:Sessions:", StringComparison.OrdinalIgnoreCase);

    // What a transform sets in a header field or a query parameter for the destination is often a key.
    private static bool IsSent(string path, IReadOnlyDictionary<string, string?> settings)
    {
        string transform = path[..Math.Max(0, path.LastIndexOf(':'))];
        return transform.Contains(":Transforms:", StringComparison.OrdinalIgnoreCase)
            && (IsBeside("RequestHeader") || IsBeside("QueryValueParameter"));

        bool IsBeside(string name) => !path.EndsWith($":{name}", StringComparison.OrdinalIgnoreCase) && settings.ContainsKey($"{transform}:{name}");
    }

    // What a route demands in a field with such a name is a key: "Match:Headers:0:Values:0" beside "Match:Headers:0:Name".
    private static bool IsMatched(string path, IReadOnlyDictionary<string, string?> settings)
    {
        int values = path.LastIndexOf(":Values:", StringComparison.OrdinalIgnoreCase);
        return values > 0
            && settings.TryGetValue($"{path[..values]}:Name", out string? name)
            && CredentialWords.Any(word => name?.Contains(word, StringComparison.OrdinalIgnoreCase) is true);
    }

    // A connection string may carry a user and a password anywhere in it.
    private static bool IsRedisConnection(string path) =>
        path.StartsWith("Gateway:Redis:", StringComparison.OrdinalIgnoreCase)
        && !path.EndsWith(":KeyPrefix", StringComparison.OrdinalIgnoreCase)
        && !path.EndsWith(":Deadline", StringComparison.OrdinalIgnoreCase);
}
