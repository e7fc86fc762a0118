using Harness.Servers;

namespace Harness.Scaling;

/// <summary>Routes files, each with one thing that asks Redis.</summary>
internal static class Routes
{
    /// <summary>As <see cref="Deployment"/> has it by default: never fills, permits may be held for a quarter of a second.</summary>
    private const string Wide = """{ "Limit": 1000000, "Window": "10s", "PartitionBy": "Header:X-Key" }""";

    /// <summary>Small enough that every permit is remembered by its moment.</summary>
    private const string Exact = """{ "Limit": 5000, "Window": "10s", "PartitionBy": "Header:X-Key" }""";

    private const string Session = """{ "Token": [ "Bearer" ], "Key": "session:{token}", "Forward": { "X-User-Id": "user_id" } }""";

    public static string WideLimit(Site site) => RoutesText.With(site.DestinationUrl, site.RedisPort, ("RateLimit", Wide));

    public static string ExactLimit(Site site) => RoutesText.With(site.DestinationUrl, site.RedisPort, ("RateLimit", Exact));

    public static string TwoLimits(Site site) => RoutesText.With(site.DestinationUrl, site.RedisPort, ("RateLimit", $"[ {Exact}, {Exact} ]"));

    /// <summary>Every request reads it from Redis.</summary>
    public static string UnrememberedSession(Site site) =>
        RoutesText.With(site.DestinationUrl, site.RedisPort, ("Session", Session.Replace("{ \"Token\"", "{ \"Remember\": \"0s\", \"Token\"", StringComparison.Ordinal)));

    public static string Sessions(Site site) => RoutesText.With(site.DestinationUrl, site.RedisPort, ("Session", Session));

    public static string LimitAndSession(Site site) => RoutesText.With(site.DestinationUrl, site.RedisPort, ("RateLimit", Wide), ("Session", Session));

    /// <summary>A partition of it is flooded.</summary>
    public static string Tight(Site site, int limit) =>
        RoutesText.With(site.DestinationUrl, site.RedisPort, ("RateLimit", $$"""{ "Limit": {{limit}}, "Window": "1s", "PartitionBy": "Header:X-Key" }"""));

    public static string Cache(Site site) => RoutesText.With(site.DestinationUrl, site.RedisPort, ("Cache", "{}"));
}
