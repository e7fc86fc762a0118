using Gateway.Policies.RateLimiting;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;

namespace Gateway.Policies.Tests.RateLimiting.Support;

/// <summary>Routes and limits in one line.</summary>
internal static class Routes
{
    public static RateLimitPolicy Limit(string name, long limit, double seconds, params string[] partitionBy) => new()
    {
        Name = name,
        Limit = limit,
        Window = TimeSpan.FromSeconds(seconds),
        PartitionBy = partitionBy is [] ? [PartitionPart.ClientIp] : [.. partitionBy.Select(Part)],
    };

    public static RoutePolicies With(params RateLimitPolicy[] limits) => new() { RouteId = "orders", RateLimits = limits };

    public static RoutePolicies WithSession(params RateLimitPolicy[] limits) => With(limits) with { Session = new SessionPolicy() };

    private static PartitionPart Part(string text) => PartitionPart.TryParse(text, out PartitionPart? part) ? part : throw new ArgumentException(text);
}
