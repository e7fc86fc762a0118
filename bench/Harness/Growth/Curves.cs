using Harness.Measuring;
using Harness.Servers;

namespace Harness.Growth;

/// <summary>
/// The curves. They are measured on the shortest way through the gateway, a hit from memory, so that what grows shows most.
/// </summary>
internal static class Curves
{
    private const int Million = 1_000_000;

    /// <summary>Never fills, and its partitions live for the whole run: at this limit they are counted in sub-windows.</summary>
    private const string Lasting = """{ "Limit": 1000000000, "Window": "10m", "PartitionBy": "Header:X-Key" }""";

    private const string Session = """{ "Token": [ "Bearer" ], "Key": "session:{token}", "Forward": { "X-User-Id": "user_id" } }""";
    private const string Shared = """{ "Shared": true }""";

    /// <summary>What is measured is the cost, not what the gateway does when a busy machine makes Redis slow.</summary>
    private static readonly string[] Patient = ["--set", "Gateway:Redis:Deadline=1s"];
    private static readonly string[] RoomForAll = ["--set", "Gateway:RateLimitMemory:MaxPartitions=2000000"];

    public static IReadOnlyList<Curve> All { get; } =
    [
        new("routes", "routes, each with a limit in process and a cache; requests meet the last", "routes", [.. Sizes(10, 100, 1_000, 10_000).Select(Routes)]),
        new("partitions", "live partitions of one limit in process", "partitions", [.. Sizes(10, 1_000, 100_000, Million).Select(Partitions)]),
        new("partitions-redis", "live partitions of one limit in Redis; as many others are there already", "partitions", [.. Sizes(10, 1_000, 100_000, Million).Select(PartitionsInRedis)]),
        new("limits", "limits on one route, in process", "limits", [.. Sizes(1, 2, 3, 4).Select(Limits)]),
        new("sessions", "sessions in Redis, remembered in memory (50,000 of them, 5 s)", "sessions", [.. Sizes(10, 1_000, 10_000, 100_000).Select(Sessions)], static site => Seeding.SessionsAsync(site.RedisPort, 100_000)),
        new("entries", "cached responses of 5 bytes with their header fields, in memory", "entries", [.. Sizes(10, 1_000, 100_000, Million).Select(Entries)]),
    ];

    private static int[] Sizes(params int[] sizes) => sizes;

    private static Point Routes(int count) =>
        new(count, site => site.GatewayAsync(RoutesText.Many(site.DestinationUrl, count, "/cached", ("Cache", "{}"))), new Load("/cached/1", Keys: 1));

    private static Point Partitions(int count) => new(
        count,
        static site => site.GatewayAsync(RoutesText.With(site.DestinationUrl, null, ("RateLimit", Lasting), ("Cache", "{}")), "gateway", RoomForAll),
        new Load("/cached/1", Keys: count),
        new Load("/cached/1", Keys: count, From: 1));

    private static Point PartitionsInRedis(int count) => new(
        count,
        async site =>
        {
            await Seeding.PartitionsAsync(site.RedisPort, count);
            return await site.GatewayAsync(RoutesText.With(site.DestinationUrl, site.RedisPort, ("RateLimit", Lasting), ("Cache", "{}")), "gateway", Patient);
        },
        new Load("/cached/1", Keys: count));

    private static Point Limits(int count) => new(
        count,
        site => site.GatewayAsync(RoutesText.With(
            site.DestinationUrl, null, ("RateLimit", $"[ {string.Join(", ", Enumerable.Repeat(RoutesText.AmplePolicy, count))} ]"), ("Cache", "{}"))),
        new Load("/cached/1", Keys: 10));

    private static Point Sessions(int count) => new(
        count,
        static site => site.GatewayAsync(RoutesText.With(site.DestinationUrl, site.RedisPort, ("Session", Session), ("Cache", Shared)), "gateway", Patient),
        new Load("/cached/1", Sessions: count));

    private static Point Entries(int count) => new(
        count,
        static site => site.GatewayAsync(RoutesText.With(site.DestinationUrl, null, ("Cache", "{}")), "gateway", "--set", "Gateway:CacheMemory=4GB"),
        new Load("/small/%d", Paths: count),
        new Load("/small/%d", Paths: count, From: 1));
}
