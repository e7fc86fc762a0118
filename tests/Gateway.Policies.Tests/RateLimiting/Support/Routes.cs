using System.Globalization;
using System.Net;
using Gateway.Policies.Configuration;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.Charging;
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

    /// <summary>A route whose clients are those that <c>X-Forwarded-For</c> names.</summary>
    public static RoutePolicies BehindProxy(params RateLimitPolicy[] limits) => With(limits) with { TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")] };

    public static AccessEntry[] Entries(params string[] texts) =>
        [.. texts.Select(text => AccessEntry.TryParse(text, out AccessEntry? entry) ? entry : throw new ArgumentException(text))];

    public static PlanLimits Plans(string from, params (string Plan, long Limit)[] plans) => Object<PlanLimits>(
        [("From", from), .. plans.Select(plan => (plan.Plan, plan.Limit.ToString(CultureInfo.InvariantCulture)))]);

    /// <summary>A value as the routes file writes it.</summary>
    public static T Object<T>(params (string Name, string Text)[] entries)
        where T : class, IConfigObject<T>
    {
        var texts = entries.ToDictionary(entry => entry.Name, entry => entry.Text, StringComparer.OrdinalIgnoreCase);
        return T.TryRead(texts, out T? value, out string wrong) ? value : throw new ArgumentException($"\"{wrong}\" is not valid.", nameof(entries));
    }

    private static PartitionPart Part(string text) => PartitionPart.TryParse(text, out PartitionPart? part) ? part : throw new ArgumentException(text);
}
