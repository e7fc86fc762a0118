using System.Globalization;
using StackExchange.Redis;

namespace Gateway.Policies.Events.Redis;

/// <summary>Between an event and the fields of an entry of the stream.</summary>
internal static class EventCodec
{
    private const string At = "at";
    private const string Gateway = "gateway";
    private const string Kind = "kind";

    /// <summary>Precedes the names of details, so that none can pass for another field.</summary>
    private const string Detail = "d:";

    /// <summary>Names and values by turns.</summary>
    public static IEnumerable<RedisValue> Write(GatewayEvent told) =>
    [
        At, told.At.ToUnixTimeMilliseconds(), Gateway, told.Gateway, Kind, told.Kind,
        .. told.Details.SelectMany(detail => new RedisValue[] { Detail + detail.Key, detail.Value }),
    ];

    /// <summary>Null for an entry of another form.</summary>
    public static GatewayEvent? Read(StreamEntry entry)
    {
        var details = new Dictionary<string, string>(StringComparer.Ordinal);
        (long? at, string? gateway, string? kind) = (null, null, null);
        foreach (NameValueEntry field in entry.Values ?? [])
        {
            switch ($"{field.Name}")
            {
                case At when long.TryParse($"{field.Value}", NumberStyles.None, CultureInfo.InvariantCulture, out long milliseconds) && milliseconds < MostMilliseconds:
                    at = milliseconds;
                    break;
                case Gateway:
                    gateway = field.Value;
                    break;
                case Kind:
                    kind = field.Value;
                    break;
                case ['d', ':', .. var name]:
                    details[name] = $"{field.Value}";
                    break;
            }
        }

        return at is { } known && gateway is not null && kind is not null
            ? new GatewayEvent($"{entry.Id}", DateTimeOffset.FromUnixTimeMilliseconds(known), gateway, kind, details)
            : null;
    }

    private static readonly long MostMilliseconds = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
}
