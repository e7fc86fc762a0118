using System.Text.Json.Nodes;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace Gateway.Admin.Explain;

/// <summary>Where a route forwards to, and what it changes on the way.</summary>
internal static class ForwardSummary
{
    /// <summary>One line per transform. What is set in a field or a query parameter is often a key, and not shown.</summary>
    public static JsonArray Transforms(RouteConfig route) =>
        new([.. (route.Transforms ?? []).Select(transform => JsonValue.Create(string.Join(", ", transform.Select(part => Line(part.Key, part.Value)))))]);

    public static JsonArray Destinations(RouteModel route) =>
        new([.. (route.Cluster?.Destinations.Values ?? []).Select(destination => (JsonNode)new JsonObject
        {
            ["id"] = destination.DestinationId,
            ["address"] = WithoutCredentials(destination.Model.Config.Address),
            ["health"] = $"active {destination.Health.Active}, passive {destination.Health.Passive}",
        })]);

    private static string Line(string key, string value) => key is "Set" or "Append" ? $"{key}: ***" : $"{key}: {value}";

    private static string WithoutCredentials(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out Uri? url) && url.UserInfo.Length > 0
            ? address.Replace($"{url.UserInfo}@", "***@", StringComparison.Ordinal)
            : address;
}
