using System.Net;
using System.Text.Json.Nodes;
using Harness.Servers;

namespace Harness.LongRun;

/// <summary>The mix: hits, misses, rejections, sessions that are and that are not.</summary>
internal static class Questions
{
    public const int Sessions = 1_000;

    /// <summary>Partitions of the limit that rejects.</summary>
    public const int TightKeys = 10;

    public const string Tight = "rejected";

    private const int HotPaths = 100;
    private const int ColdPaths = 50_000;
    private const int Partitions = 100_000;

    public static Question Session { get; } = new(
        "session", 15, static number => WithToken(Get("/private/plain", number), $"bench-session-{1 + (number % Sessions):000000}"), [HttpStatusCode.OK], []);

    public static IReadOnlyList<Question> All { get; } =
    [
        new("hit", 30, static number => Get($"/cached/{number % HotPaths}", number), [HttpStatusCode.OK], []),
        new("miss, stored", 15, static number => Get($"/cached/cold-{number % ColdPaths}", number), [HttpStatusCode.OK], []),
        new("miss, not stored", 15, static number => Get("/nostore", number), [HttpStatusCode.OK], []),
        new(Tight, 20, static number => Get("/tight/plain", number % TightKeys), [HttpStatusCode.TooManyRequests, HttpStatusCode.OK], []),
        Session,
        // Whether there is such a session cannot be known without Redis.
        new("no session", 5, static number => WithToken(Get("/private/plain", number), $"no-such-session-{number:000000}"), [HttpStatusCode.Unauthorized], [HttpStatusCode.ServiceUnavailable]),
    ];

    /// <summary>The routes that answer them.</summary>
    /// <param name="site">Destination and Redis.</param>
    /// <param name="limit">Of the limit that never rejects; changed at each reload.</param>
    public static string Routes(Site site, int limit)
    {
        var routes = JsonNode.Parse(RoutesText.With(site.DestinationUrl, site.RedisPort, ("RateLimit", Ample(limit)), ("Cache", "{}")))!;
        JsonObject all = routes["ReverseProxy"]!["Routes"]!.AsObject();
        all["tight"] = Route("/tight", ("RateLimit", RoutesText.TightPolicy));
        all["private"] = Route("/private", ("RateLimit", Ample(limit)), ("Session",
            """{ "Token": [ "Bearer" ], "Key": "session:{token}", "Sliding": "30m", "WhenRedisFails": "stale", "Forward": { "X-User-Id": "user_id" } }"""));
        return routes.ToJsonString();
    }

    private static JsonObject Route(string prefix, params (string Key, string Json)[] policies)
    {
        var route = new JsonObject
        {
            ["ClusterId"] = "all",
            ["Match"] = new JsonObject { ["Path"] = prefix + "/{**rest}" },
            ["Transforms"] = new JsonArray(new JsonObject { ["PathRemovePrefix"] = prefix }),
        };
        foreach ((string key, string json) in policies)
        {
            route[key] = JsonNode.Parse(json);
        }

        return route;
    }

    private static string Ample(int limit) => $$"""{ "Limit": {{limit}}, "Window": "1s", "PartitionBy": "Header:X-Key" }""";

    private static HttpRequestMessage Get(string path, int key)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("X-Key", $"k{key % Partitions}");
        return request;
    }

    private static HttpRequestMessage WithToken(HttpRequestMessage request, string token)
    {
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        return request;
    }
}
