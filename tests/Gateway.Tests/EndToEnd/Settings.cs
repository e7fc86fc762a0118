namespace Gateway.Tests.EndToEnd;

/// <summary>Routes files for the tests: one catch-all route, with what a test adds to it.</summary>
internal static class Settings
{
    /// <summary>A route <c>all</c> for every path to <paramref name="destination"/>.</summary>
    /// <param name="destination">The destination's address.</param>
    /// <param name="route">More keys of the route, each with a comma at the end.</param>
    /// <param name="gateway">Keys of the Gateway section.</param>
    public static string CatchAll(string destination, string route = "", string gateway = "") => $$"""
        {
          "Gateway": { {{gateway}} },
          "ReverseProxy": {
            "Routes": { "all": { {{route}} "ClusterId": "api", "Match": { "Path": "/{**rest}" } } },
            "Clusters": { "api": { "Destinations": { "a": { "Address": "{{destination}}" } } } }
          }
        }
        """;
}
