using Gateway.Configuration;
using Gateway.Configuration.Mistakes;
using Xunit;

namespace Gateway.Tests.Configuration;

public sealed class SettingsLayersTests
{
    private const string OneRoute = """
        {
          "Gateway": { "RateLimits": { "per-client": { "Limit": 100, "Window": "1m" } } },
          "ReverseProxy": {
            "Routes": { "api": { "ClusterId": "api", "Match": { "Path": "/{**rest}" }, "RateLimit": "per-client" } },
            "Clusters": { "api": { "Destinations": { "a": { "Address": "http://localhost:5001/" } } } }
          }
        }
        """;

    [Fact]
    public async Task LoadAsync_EnvironmentOverFile_EnvironmentWins()
    {
        GatewaySnapshot snapshot = await Loading.LoadValidAsync(
            OneRoute, environment: new() { ["Gateway__RateLimits__per-client__Limit"] = "7", ["ReverseProxy__Clusters__api__Destinations__a__Address"] = "http://other:1/" });

        Assert.Equal(7, snapshot.Policies["api"].RateLimits[0].Limit);
        Assert.Equal("http://other:1/", snapshot.Clusters[0].Destinations!["a"].Address);
    }

    [Fact]
    public async Task LoadAsync_CommandLineOverEnvironment_CommandLineWins()
    {
        GatewaySnapshot snapshot = await Loading.LoadValidAsync(
            OneRoute,
            new RunOptions { Set = [new("Gateway:RateLimits:per-client:Limit", "8")], AdminUrls = "http://localhost:1" },
            new() { ["Gateway__RateLimits__per-client__Limit"] = "7", ["Gateway__Admin__Urls"] = "http://localhost:2" });

        Assert.Equal(8, snapshot.Policies["api"].RateLimits[0].Limit);
        Assert.Equal("http://localhost:1", snapshot.Options.Admin.Urls);
    }

    [Fact]
    public async Task LoadAsync_SetTwice_LastWins()
    {
        GatewaySnapshot snapshot = await Loading.LoadValidAsync(
            OneRoute, new RunOptions { Set = [new("gateway:ratelimits:PER-CLIENT:limit", "8"), new("Gateway:RateLimits:per-client:Limit", "9")] });

        Assert.Equal(9, snapshot.Policies["api"].RateLimits[0].Limit);
    }

    [Fact]
    public async Task LoadAsync_FileOverAppsettings_FileWinsAndOtherSectionsRemain()
    {
        using var file = new Testing.RoutesFile(OneRoute);
        string folder = Path.GetDirectoryName(file.Path)!;
        await File.WriteAllTextAsync(
            Path.Combine(folder, "appsettings.json"),
            """{ "Logging": { "LogLevel": { "Default": "Debug" } }, "Gateway": { "ShutdownTimeout": "5s", "RateLimits": { "per-client": { "Limit": 1 } } } }""");

        LoadResult read = await Loading.Loader(file).LoadAsync(1, CancellationToken.None);

        Assert.Equal("Debug", read.Snapshot!.Settings["Logging:LogLevel:Default"]);
        Assert.Equal(TimeSpan.FromSeconds(5), read.Snapshot.Options.ShutdownTimeout);
        Assert.Equal(100, read.Snapshot.Policies["api"].RateLimits[0].Limit);
    }

    [Fact]
    public async Task LoadAsync_SetJson_BecomesObject()
    {
        GatewaySnapshot snapshot = await Loading.LoadValidAsync(
            OneRoute, new RunOptions { Set = [new("ReverseProxy:Routes:api:Cache", "{}"), new("ReverseProxy:Routes:api:RateLimit", """["per-client",{"Limit":1,"Window":"1s"}]""")] });

        Assert.Equal("api", snapshot.Policies["api"].Cache!.Name);
        Assert.Equal(["per-client", "api.1"], snapshot.Policies["api"].RateLimits.Select(limit => limit.Name));
    }

    [Fact]
    public async Task LoadAsync_IndexesInEnvironment_BecomeAList()
    {
        GatewaySnapshot snapshot = await Loading.LoadValidAsync(
            OneRoute,
            environment: new() { ["Gateway__TrustedProxies__0"] = "10.0.0.0/8", ["Gateway__TrustedProxies__1"] = "::1", ["ReverseProxy__Routes__api__Match__Path"] = "{**all}" });

        Assert.Equal(["10.0.0.0/8", "::1/128"], snapshot.Policies["api"].TrustedProxies.Select(network => network.ToString()));
        Assert.Equal("{**all}", snapshot.Routes[0].Match.Path);
    }

    [Fact]
    public async Task LoadAsync_To_ForwardsEverythingWithALimitAndPlainCache()
    {
        GatewaySnapshot snapshot = await Loading.LoadValidAsync("not read", new RunOptions { To = new Uri("http://localhost:3000") }, new() { ["REDIS_URL"] = "localhost:1" });

        Assert.Equal("http://localhost:3000/", Assert.Single(snapshot.Clusters).Destinations!["to"].Address);
        var policies = Assert.Single(snapshot.Policies).Value;
        Assert.Equal(("per-client", 100, TimeSpan.FromMinutes(1)), (policies.RateLimits[0].Name, policies.RateLimits[0].Limit, policies.RateLimits[0].Window));
        Assert.NotNull(policies.Cache);
        Assert.Equal("{**catch-all}", snapshot.Routes[0].Match.Path);
        Assert.Equal("localhost:1", snapshot.Options.Redis.Connection);
    }

    [Theory]
    [InlineData("redis://example.com", "example.com:6379")]
    [InlineData("redis://example.com:7000/3", "example.com:7000,defaultDatabase=3")]
    [InlineData("redis://:secret@example.com", "example.com:6379,password=secret")]
    [InlineData("redis://secret@example.com", "example.com:6379,password=secret")]
    [InlineData("rediss://user:p%40ss%3D@example.com:6380/0", "example.com:6380,user=user,password=p@ss=,ssl=true,defaultDatabase=0")]
    [InlineData("redis://[::1]:6379", "[::1]:6379")]
    [InlineData("a:1,b:2,password=x", "a:1,b:2,password=x")]
    public async Task LoadAsync_RedisUrl_BecomesConnectionString(string url, string expected)
    {
        GatewaySnapshot snapshot = await Loading.LoadValidAsync(OneRoute, environment: new() { ["REDIS_URL"] = url });

        Assert.Equal(expected, snapshot.Options.Redis.Connection);
    }

    [Theory]
    [InlineData("http://example.com")]
    [InlineData("redis://")]
    [InlineData("redis://example.com/first")]
    [InlineData("redis://:a,b@example.com")]
    public async Task LoadAsync_BadRedisUrl_IsAMistakeThatShowsNoneOfIt(string url)
    {
        ConfigMistake mistake = await Loading.MistakeOfAsync(OneRoute, environment: new() { ["REDIS_URL"] = url });

        Assert.Equal("environment variable REDIS_URL", mistake.Origin.ToString());
        Assert.DoesNotContain("example.com", mistake.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_ClusterNodesBesideUrl_NodesWin_AndOwnVariableWinsOverBoth()
    {
        Dictionary<string, string> environment = new() { ["REDIS_URL"] = "redis://one", ["REDIS_CLUSTER_NODES"] = "a:1,b:2" };
        Assert.Equal("a:1,b:2", (await Loading.LoadValidAsync(OneRoute, environment: environment)).Options.Redis.Connection);

        environment["Gateway__Redis__Connection"] = "own:1";
        Assert.Equal("own:1", (await Loading.LoadValidAsync(OneRoute, environment: environment)).Options.Redis.Connection);
    }

    [Fact]
    public async Task LoadAsync_MissingFile_IsOneMistakeThatNamesIt()
    {
        var loader = new SnapshotLoader(new RunOptions { ConfigFile = "nowhere.json" }, new Dictionary<string, string>(), "/", "/", TimeProvider.System);

        LoadResult read = await loader.LoadAsync(1, CancellationToken.None);

        Assert.Equal("nowhere.json  the file does not exist; allowed: a file named with --config, or --to URL for none at all", Assert.Single(read.Mistakes).ToString());
    }

    [Fact]
    public async Task LoadAsync_ByteOrderMarkCommentsTrailingCommas_AreAccepted()
    {
        GatewaySnapshot snapshot = await Loading.LoadValidAsync("\uFEFF/* one */" + OneRoute.Replace("\"api\" }", "\"api\", }", StringComparison.Ordinal) + "// end");

        Assert.Single(snapshot.Routes);
    }

    [Fact]
    public async Task LoadAsync_NobodySaysWhereToListen_ListensOnTheDefault()
    {
        Assert.Equal("http://localhost:8080", (await Loading.LoadValidAsync(OneRoute)).Settings["Urls"]);
        Assert.Equal("http://+:1", (await Loading.LoadValidAsync(OneRoute, environment: new() { ["ASPNETCORE_URLS"] = "http://+:1" })).Settings["Urls"]);
        Assert.Equal("http://+:2", (await Loading.LoadValidAsync(OneRoute, new RunOptions { Urls = "http://+:2" }, new() { ["ASPNETCORE_URLS"] = "http://+:1" })).Settings["Urls"]);
        Assert.False((await Loading.LoadValidAsync(OneRoute, environment: new() { ["Kestrel__Endpoints__Http__Url"] = "http://+:3" })).Settings.ContainsKey("Urls"));
    }

    [Fact]
    public async Task LoadAsync_ThousandsOfRoutes_LoadsThemAll()
    {
        string routes = string.Join(',', Enumerable.Range(0, 3000).Select(i =>
            $$"""{{"\""}}r{{i}}{{"\""}}: { "ClusterId": "api", "Match": { "Path": "/r{{i}}/{**rest}" }, "RateLimit": [ "per-client", { "Limit": 5, "Window": "1s" } ], "Cache": {} }"""));

        GatewaySnapshot snapshot = await Loading.LoadValidAsync(OneRoute.Replace("\"Routes\": {", $"\"Routes\": {{ {routes},", StringComparison.Ordinal));

        Assert.Equal(3001, snapshot.Routes.Count);
    }
}
