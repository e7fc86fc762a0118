namespace Gateway.Policies.Tests.ResponseCaching.Support;

/// <summary>A response, read whole.</summary>
internal sealed record Answer(int Status, string Body, IReadOnlyDictionary<string, string> Fields)
{
    public string CacheStatus => Fields.GetValueOrDefault("Cache-Status", "");

    public bool IsHit => CacheStatus.StartsWith("gateway; hit", StringComparison.Ordinal);

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in response.Headers.Concat(response.Content.Headers))
        {
            fields[field.Key] = string.Join(", ", field.Value);
        }

        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(), fields);
    }
}
