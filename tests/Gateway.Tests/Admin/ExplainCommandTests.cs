using System.Text.Json.Nodes;
using Gateway.Commands;
using Gateway.Testing;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Tests.Admin;

public sealed class ExplainCommandTests
{
    [Fact]
    public async Task Explain_File_PrintsRouteLimitsSessionAndCache()
    {
        using var file = new RoutesFile(AdminHost.Json);

        (int exit, string output, string error) = await RunAsync("explain", "GET", "http://shop.example/catalog/7", "-H", "X-Key: abc", "--client", "203.0.113.9", file.Path);

        Assert.Equal((0, ""), (exit, error));
        Assert.Contains("route: catalog", output, StringComparison.Ordinal);
        Assert.Contains("policy: per-path", output, StringComparison.Ordinal);
        Assert.Contains("value: 203.0.113.9", output, StringComparison.Ordinal);
        Assert.Contains("verdict: miss", output, StringComparison.Ordinal);
        Assert.Contains("address: http://127.0.0.1:9/", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_NoRoute_NamesTheNearest()
    {
        using var file = new RoutesFile(AdminHost.Json);

        (int exit, string output, _) = await RunAsync("explain", "GET", "/catalogue/7", file.Path, "--json");

        Assert.Equal(0, exit);
        JsonNode told = JsonNode.Parse(output)!;
        Assert.False((bool)told["matched"]!);
        Assert.Equal("catalog", (string)told["nearest"]![0]!["route"]!);
    }

    [Fact]
    public async Task Explain_OnRedis_SeesWhatGatewaysCountedAndChangesNothing()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using AdminHost running = await AdminHost.StartAsync(redis: redis.Connection);
        using var proxy = new HttpClient { BaseAddress = new Uri(running.Host.Urls.Single()) };
        using (HttpResponseMessage answer = await proxy.GetAsync("/catalog/7"))
        {
            // One permit of each limit is gone, the one by header under the gateways' agreed hash.
        }

        string before = await StateAsync(redis);

        using var file = new RoutesFile(AdminHost.Json);
        (_, string output, _) = await RunAsync("explain", "GET", "/catalog/7", file.Path, "--json", "--set", $"Gateway:Redis:Connection={redis.Connection}");
        JsonNode told = JsonNode.Parse(output)!;

        Assert.Equal([99, 9], told["limits"]!.AsArray().Select(limit => (int)limit!["remaining"]!));
        Assert.Equal(before, await StateAsync(redis));
    }

    [Fact]
    public async Task Explain_RedisAway_SaysWhatIsKnown()
    {
        using var file = new RoutesFile(AdminHost.Json);

        (int exit, string output, _) = await RunAsync(
            "explain", "GET", "/orders/7", "-H", "Authorization: Bearer abcdefghijklmnopqrstuvwxyz", file.Path, "--json", "--set", $"Gateway:Redis:Connection=127.0.0.1:{FreePort.Next()}");

        JsonNode told = JsonNode.Parse(output)!;
        Assert.Equal(0, exit);
        Assert.Equal("orders", (string)told["route"]!["route"]!);
        Assert.All(told["limits"]!.AsArray(), limit => Assert.Null(limit!["remaining"]));
    }

    [Fact]
    public async Task Explain_RunningGateway_IsAskedWithAdmin()
    {
        await using AdminHost running = await AdminHost.StartAsync();

        (int exit, string output, _) = await RunAsync("explain", "GET", "/orders/7", "-H", "X-A: 1", "-H", "X-A: 2", "--admin", running.Url);

        Assert.Equal(0, exit);
        Assert.Contains("route: orders", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_BrokenFile_Is1WithTheMistake()
    {
        using var file = new RoutesFile("""{ "Gateway": { "RateLimitz": {} } }""");

        (int exit, string output, string error) = await RunAsync("explain", "GET", "/", file.Path);

        Assert.Equal((1, ""), (exit, output));
        Assert.Contains("RateLimits", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not an HTTP method", "explain", "G T", "/")]
    [InlineData("not a URL", "explain", "GET", "nonsense")]
    [InlineData("not an IP address", "explain", "GET", "/", "--client", "me")]
    [InlineData("--header takes", "explain", "GET", "/", "-H", "nocolon")]
    [InlineData("Required", "explain", "GET")]
    public async Task Explain_WrongUsage_Is2(string expected, params string[] arguments)
    {
        (int exit, _, string error) = await RunAsync(arguments);

        Assert.Equal(2, exit);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        int exit = await CommandLine.RunAsync(arguments, (_, _) => Task.FromResult(99), output, error);
        return (exit, output.ToString(), error.ToString());
    }

    // Every key with its value, but for the running gateway's sign of life.
    private static async Task<string> StateAsync(RedisServer redis)
    {
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(redis.Connection);
        IDatabase database = connection.GetDatabase();
        var state = new List<string>();
        await foreach (RedisKey key in connection.GetServer(redis.Connection).KeysAsync())
        {
            byte[]? dump = await database.KeyDumpAsync(key);
            long members = key.ToString().EndsWith("gateways", StringComparison.Ordinal) ? await database.SortedSetLengthAsync(key) : -1;
            state.Add(members < 0 ? $"{key}={Convert.ToHexString(dump!)}" : $"{key}: {members}");
        }

        return string.Join('\n', state.Order(StringComparer.Ordinal));
    }
}
