using Gateway.Configuration;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.RouteBinding;
using Gateway.Policies.Routing;
using Xunit;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Tests.Configuration;

public sealed class SnapshotLoaderTests
{
    internal const string Contract = """
        {
          "$schema": "./routes.schema.json",
          "Gateway": {
            "Redis": { "Connection": "localhost:6379" },
            "TrustedProxies": [ "127.0.0.0/8", "::1/128" ],
            "RateLimits": {
              "per-client":  { "Limit": 100,  "Window": "1m", "PartitionBy": "ClientIp" },
              "burst":       { "Limit": 10,   "Window": "1s", "PartitionBy": [ "ClientIp", "Route" ] },
              "per-session": { "Limit": 1000, "Window": "1h", "PartitionBy": "Session" }
            },
            "Caches": {
              "catalog": { "Ttl": "30s", "StaleWhileRevalidate": "10s", "StaleIfError": "5m", "VaryByQuery": [ "page", "size" ], "Tags": [ "catalog" ] }
            },
            "Sessions": {
              "default": { "Token": [ "Bearer", "Cookie:sid" ], "Key": "session:{token}", "Sliding": "30m", "Forward": { "X-User-Id": "user_id" } }
            },
            "Defaults": { "RateLimit": "per-client" }
          },
          "ReverseProxy": {
            "Routes": {
              "catalog": { "ClusterId": "catalog", "Match": { "Path": "/catalog/{**rest}" }, "RateLimit": [ "per-client", "burst" ], "Cache": "catalog" },
              "orders":  { "ClusterId": "orders",  "Match": { "Path": "/orders/{**rest}" },  "RateLimit": "per-session", "Session": "default" },
              "hooks":   { "ClusterId": "orders",  "Match": { "Path": "/hooks/{**rest}" },   "RateLimit": { "Limit": 5, "Window": "10s", "PartitionBy": "Header:X-Api-Key" } }
            },
            "Clusters": {
              "catalog": { "Destinations": { "a": { "Address": "http://localhost:5001/" } } },
              "orders":  { "Destinations": { "a": { "Address": "http://localhost:5002/" } } }
            }
          }
        }
        """;

    [Fact]
    public async Task LoadAsync_ExampleOfTheContract_GivesEveryRouteItsPolicies()
    {
        GatewaySnapshot snapshot = await Loading.LoadValidAsync(Contract);

        Assert.Equal(["catalog", "hooks", "orders"], snapshot.Routes.Select(route => route.RouteId).Order());
        RoutePolicies catalog = snapshot.Policies["catalog"];
        Assert.Equal(["per-client", "burst"], catalog.RateLimits.Select(limit => limit.Name));
        Assert.Equal([PartitionSource.ClientIp, PartitionSource.Route], catalog.RateLimits[1].PartitionBy.Select(part => part.Source));
        Assert.Equal(TimeSpan.FromSeconds(30), catalog.Cache!.Ttl);
        Assert.Equal(["page", "size"], catalog.Cache.VaryByQuery);
        Assert.Equal(TimeSpan.FromMinutes(30), snapshot.Policies["orders"].Session!.Sliding);
        Assert.Equal("user_id", snapshot.Policies["orders"].Session!.Forward["X-User-Id"]);
        RateLimitPolicy hooks = Assert.Single(snapshot.Policies["hooks"].RateLimits);
        Assert.Equal(("hooks", 5, new PartitionPart(PartitionSource.Header, "X-Api-Key")), (hooks.Name, hooks.Limit, hooks.PartitionBy[0]));
    }

    [Fact]
    public async Task LoadAsync_Route_CarriesItsPoliciesInItsMetadata()
    {
        GatewaySnapshot snapshot = await Loading.LoadValidAsync(Contract);

        RouteConfig route = snapshot.Routes.Single(route => route.RouteId == "orders");
        var metadata = Assert.IsType<PolicyRouteMetadata>(route.Metadata);
        Assert.Same(snapshot.Policies["orders"], metadata.Policies);
    }

    [Fact]
    public async Task LoadAsync_ChangedNamedLimit_ChangesTheRoutesThatUseItAndNoOther()
    {
        GatewaySnapshot before = await Loading.LoadValidAsync(Contract);
        GatewaySnapshot after = await Loading.LoadValidAsync(Contract.Replace("\"Limit\": 10, ", "\"Limit\": 11, ", StringComparison.Ordinal));

        IEnumerable<string> changed = before.Routes
            .Where(route => !route.Equals(after.Routes.Single(other => other.RouteId == route.RouteId)))
            .Select(route => route.RouteId);
        Assert.Equal(["catalog"], changed);
        Assert.NotEqual(before.Fingerprint, after.Fingerprint);
    }

    [Fact]
    public async Task LoadAsync_ShippedFile_HasNeitherMistakeNorWarning()
    {
        LoadResult read = await Loading.LoadAsync(await File.ReadAllTextAsync(Loading.ShippedFile));

        Assert.Empty(read.Mistakes);
        Assert.NotNull(read.Snapshot!.Options.DemoApi);
    }

    [Fact]
    public async Task LoadAsync_SameSettingsOtherPlaceToListen_HaveTheSameFingerprint()
    {
        GatewaySnapshot one = await Loading.LoadValidAsync(Contract, new RunOptions { Urls = "http://+:1", AdminUrls = "http://localhost:2" });
        GatewaySnapshot other = await Loading.LoadValidAsync(Contract, new RunOptions { Urls = "http://+:3", AdminUrls = "http://localhost:4" });

        Assert.Equal(one.Fingerprint, other.Fingerprint);
        Assert.Matches("^[0-9a-f]{12}$", one.Fingerprint);
    }
}
