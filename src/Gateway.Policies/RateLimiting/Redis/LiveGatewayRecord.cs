using System.Text.Json;

namespace Gateway.Policies.RateLimiting.Redis;

/// <summary>A gateway's words in Redis. Their key names the version of the form, so that no other version's are misread.</summary>
internal static class LiveGatewayRecord
{
    public const int Version = 1;

    public static string Write(LiveGateway gateway) => JsonSerializer.Serialize(gateway);

    /// <summary>Null for what this version cannot read.</summary>
    public static LiveGateway? Read(string? text)
    {
        try
        {
            return text is not null && JsonSerializer.Deserialize<LiveGateway>(text) is { Name: not null, Version: not null, Configuration: not null } read ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
