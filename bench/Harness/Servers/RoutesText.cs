using System.Text.Json.Nodes;

namespace Harness.Servers;

/// <summary>Routes files for the gateway: one route for everything, with the policies a row asks for.</summary>
internal static class RoutesText
{
    /// <summary>No window ever fills: what is measured is what a request that passes costs.</summary>
    public const long AmpleLimit = 100_000;

    public static readonly TimeSpan AmpleWindow = TimeSpan.FromSeconds(1);

    public const string AmplePolicy = """{ "Limit": 100000, "Window": "1s", "PartitionBy": "Header:X-Key" }""";

    /// <summary>What one of many clients has; none of them comes near it.</summary>
    public const long ClientLimit = 5_000;

    public static readonly TimeSpan ClientWindow = TimeSpan.FromMinutes(1);

    public const string ClientPolicy = """{ "Limit": 5000, "Window": "1m", "PartitionBy": "Header:X-Key" }""";

    public const string TightPolicy = """{ "Limit": 1, "Window": "1h", "PartitionBy": "Header:X-Key" }""";

    /// <param name="destination">Where everything goes.</param>
    /// <param name="redis">The port of Redis, or null: in process.</param>
    /// <param name="policies">Keys of the route: RateLimit, Session, Cache.</param>
    public static string With(string destination, int? redis, params (string Key, string Json)[] policies)
    {
        var route = new JsonObject { ["ClusterId"] = "all", ["Match"] = new JsonObject { ["Path"] = "/{**rest}" } };
        foreach ((string key, string json) in policies)
        {
            route[key] = JsonNode.Parse(json);
        }

        var gateway = new JsonObject();
        if (redis is not null)
        {
            gateway["Redis"] = new JsonObject { ["Connection"] = $"127.0.0.1:{redis}" };
        }

        return Whole(gateway, new JsonObject { ["all"] = route }, destination);
    }

    /// <summary>As many routes, each with a limit, of which requests meet the last.</summary>
    /// <param name="destination">Where everything goes.</param>
    /// <param name="routes">How many.</param>
    /// <param name="met">Where the last one's path begins.</param>
    /// <param name="policies">More keys of every route.</param>
    public static string Many(string destination, int routes, string met = "/plain", params (string Key, string Json)[] policies)
    {
        var all = new JsonObject();
        for (int i = 1; i <= routes; i++)
        {
            string path = i == routes ? $"{met}/{{**rest}}" : $"/service-{i}/{{**rest}}";
            all[$"route-{i}"] = new JsonObject
            {
                ["ClusterId"] = "all",
                ["Match"] = new JsonObject { ["Path"] = path },
                ["RateLimit"] = JsonNode.Parse(AmplePolicy),
            };
            foreach ((string key, string json) in policies)
            {
                all[$"route-{i}"]![key] = JsonNode.Parse(json);
            }
        }

        return Whole([], all, destination);
    }

    private static string Whole(JsonObject gateway, JsonObject routes, string destination) =>
        new JsonObject
        {
            ["Gateway"] = gateway,
            ["Logging"] = new JsonObject { ["LogLevel"] = new JsonObject { ["Gateway.Access"] = "Warning" } },
            ["ReverseProxy"] = new JsonObject
            {
                ["Routes"] = routes,
                ["Clusters"] = new JsonObject
                {
                    ["all"] = new JsonObject { ["Destinations"] = new JsonObject { ["a"] = new JsonObject { ["Address"] = destination } } },
                },
            },
        }.ToJsonString();
}
