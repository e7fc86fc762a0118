using System.Net;
using System.Text.Json.Nodes;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.Fields;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting;

/// <summary>What a policy may say beside its limit and window, seen over real sockets.</summary>
public sealed class PolicyFeaturesTests
{
    private static readonly RateLimitPolicy Limit = Routes.Limit("per-client", 3, 60);

    private readonly ManualTime _time = new();

    [Fact]
    public async Task Allow_OfOneLimit_LeavesTheOthers()
    {
        await using LimitedApp app = await StartAsync(
            Routes.With(Limit with { Allow = Routes.Entries("Header:X-Api-Key=partner") }, Routes.Limit("burst", 10, 60)));

        for (int i = 0; i < 5; i++)
        {
            await app.GetAsync("/", ("X-Api-Key", "partner"));
        }

        using HttpResponseMessage allowed = await app.GetAsync("/", ("X-Api-Key", "partner"));
        using HttpResponseMessage other = await app.GetAsync("/", ("X-Api-Key", "another"));

        Assert.Equal("\"burst\";q=10;w=60", allowed.Field("RateLimit-Policy"));
        Assert.Equal("\"burst\";r=4;t=60", allowed.Field("RateLimit"));
        Assert.Equal("\"per-client\";r=2;t=60, \"burst\";r=3;t=60", other.Field("RateLimit"));
    }

    [Fact]
    public async Task Allow_OfTheRoute_ExemptsFromAllOfThem()
    {
        await using LimitedApp app = await StartAsync(Routes.BehindProxy(Limit) with { Allow = Routes.Entries("10.0.0.0/8") });

        for (int i = 0; i < 10; i++)
        {
            using HttpResponseMessage allowed = await app.GetAsync("/", ("X-Forwarded-For", "10.1.2.3"));
            Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
            Assert.Equal("//", allowed.Common());
        }

        Assert.Equal("2", (await app.GetAsync("/", ("X-Forwarded-For", "11.1.2.3"))).Field("X-RateLimit-Remaining"));
    }

    [Theory]
    [InlineData(64, "2001:db8:0:1::1", "2001:db8:0:1:ffff::2", true)]
    [InlineData(64, "2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    [InlineData(48, "2001:db8:0:1::1", "2001:db8:0:2::1", true)]
    [InlineData(128, "2001:db8::1", "2001:db8::2", false)]
    [InlineData(1, "2001:db8::1", "3fff::1", true)]
    [InlineData(48, "203.0.113.1", "203.0.113.2", false)]
    public async Task Ipv6Prefix_OfTheClient_DecidesWhoSharesAPartition(int prefix, string client, string other, bool shared)
    {
        await using LimitedApp app = await StartAsync(Routes.BehindProxy(Limit with { Ipv6Prefix = prefix }));
        await app.GetAsync("/", ("X-Forwarded-For", client));

        using HttpResponseMessage response = await app.GetAsync("/", ("X-Forwarded-For", other));

        Assert.Equal(shared ? "1" : "2", response.Field("X-RateLimit-Remaining"));
    }

    [Theory]
    [InlineData("pro", "600/599", true)]
    [InlineData("PRO", "600/599", true)]
    [InlineData("free", "1/0", true)]
    [InlineData("platinum", "3/2", true)]
    [InlineData(null, "3/2", true)]
    [InlineData("pro", "3/2", false)]
    public async Task Plans_FromAHeader_CountFromATrustedProxyAlone(string? plan, string expected, bool trusted)
    {
        RateLimitPolicy policy = Limit with { Plans = Routes.Plans("Header:X-Plan", ("free", 1), ("pro", 600)) };
        await using LimitedApp app = await StartAsync(trusted ? Routes.BehindProxy(policy) : Routes.With(policy));

        using HttpResponseMessage response = plan is null ? await app.GetAsync() : await app.GetAsync("/", ("X-Plan", plan));

        Assert.Equal(expected, $"{response.Field("X-RateLimit-Limit")}/{response.Field("X-RateLimit-Remaining")}");
        Assert.Equal($"\"per-client\";q={expected.Split('/')[0]};w=60", response.Field("RateLimit-Policy"));
    }

    [Fact]
    public async Task Plans_FromTheSession_AreAskedAfterIt()
    {
        RateLimitPolicy policy = Limit with { Plans = Routes.Plans("SessionField:plan", ("pro", 600)) };
        await using LimitedApp app = await StartAsync(Routes.WithSession(policy));

        using HttpResponseMessage nobody = await app.GetAsync();
        using HttpResponseMessage pro = await app.GetAsync("/", ("X-Test-User", "ada"));
        using HttpResponseMessage basic = await app.GetAsync("/", ("X-Test-User", "bob"));
        using HttpResponseMessage none = await app.GetAsync("/", ("X-Test-User", "eve"));

        Assert.Equal("//", nobody.Common());
        Assert.Equal("\"per-client\";r=599;t=60", pro.Field("RateLimit"));
        // One client, one count, whatever the plan.
        Assert.Equal("\"per-client\";r=1;t=60", basic.Field("RateLimit"));
        Assert.Equal("\"per-client\";r=0;t=60", none.Field("RateLimit"));
    }

    [Fact]
    public async Task Status_503_IsReducedCapacityWithItsDetail()
    {
        await using LimitedApp app = await StartAsync(Routes.With(Routes.Limit("capacity", 1, 60, "Global") with { Status = 503, Detail = "Come back at night." }));
        await app.GetAsync();

        using HttpResponseMessage response = await app.GetAsync();

        JsonNode problem = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("https://iana.org/assignments/http-problem-types#temporary-reduced-capacity", (string)problem["type"]!);
        Assert.Equal("Come back at night.", (string)problem["detail"]!);
        Assert.Equal("""["capacity"]""", problem["violated-policies"]!.ToJsonString());
        Assert.InRange(int.Parse(response.Field("Retry-After")!), 1, 60);
    }

    [Fact]
    public async Task Headers_False_TellsOfTheOthersAndOfTheRejection()
    {
        await using LimitedApp app = await StartAsync(Routes.With(Routes.Limit("secret", 1, 60) with { Headers = false }, Limit));

        using HttpResponseMessage admitted = await app.GetAsync();
        using HttpResponseMessage rejected = await app.GetAsync();

        Assert.Equal("\"per-client\";q=3;w=60", admitted.Field("RateLimit-Policy"));
        Assert.Equal("\"per-client\";r=2;t=60", admitted.Field("RateLimit"));
        Assert.Equal("3", admitted.Field("X-RateLimit-Limit"));
        Assert.Equal(HttpStatusCode.TooManyRequests, rejected.StatusCode);
        Assert.NotNull(rejected.Field("Retry-After"));
        Assert.Contains("secret", await rejected.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_FalseOnAllLimits_LeaveTheDestinationsOwn()
    {
        await using LimitedApp app = await StartAsync(Routes.With(Limit with { Headers = false }), OwnFields);

        using HttpResponseMessage response = await app.GetAsync();

        Assert.Equal("7//", response.Common());
        Assert.Equal("own", response.Field("RateLimit"));
    }

    [Fact]
    public async Task RateLimitFields_None_WritesTheCommonOnesAndDropsTheDestinationsDraft()
    {
        await using LimitedApp app = await StartAsync(Routes.With(Limit) with { RateLimitFields = RateLimitFields.None }, OwnFields);

        using HttpResponseMessage response = await app.GetAsync();

        Assert.Equal("3", response.Field("X-RateLimit-Limit"));
        Assert.Equal("2", response.Field("X-RateLimit-Remaining"));
        Assert.Null(response.Field("RateLimit"));
        Assert.Null(response.Field("RateLimit-Policy"));
    }

    [Fact]
    public async Task Response_OfManyLongNames_TellsAll()
    {
        RateLimitPolicy[] many = [.. Enumerable.Range(0, 40).Select(i => Routes.Limit($"{i:00}{new string('n', 62)}", 100 + i, 60))];
        await using LimitedApp app = await StartAsync(Routes.With(many));

        using HttpResponseMessage response = await app.GetAsync();

        Assert.Equal(string.Join(", ", many.Select(limit => $"\"{limit.Name}\";r={limit.Limit - 1};t=60")), response.Field("RateLimit"));
    }

    [Fact]
    public async Task PartitionBy_HeaderOf64Kilobytes_IsOnePartition()
    {
        await using LimitedApp app = await StartAsync(Routes.With(Routes.Limit("per-key", 3, 60, "Header:X-Api-Key")));
        string key = new('k', 1 << 16);
        await app.GetAsync("/", ("X-Api-Key", key));

        using HttpResponseMessage same = await app.GetAsync("/", ("X-Api-Key", key));
        using HttpResponseMessage other = await app.GetAsync("/", ("X-Api-Key", key[..^1] + "l"));

        Assert.Equal("1", same.Field("X-RateLimit-Remaining"));
        Assert.Equal("2", other.Field("X-RateLimit-Remaining"));
    }

    private Task<LimitedApp> StartAsync(RoutePolicies route, RequestDelegate? destination = null) => LimitedApp.StartAsync(route, destination, _time);

    private static Task OwnFields(HttpContext context)
    {
        context.Response.Headers["X-RateLimit-Limit"] = "7";
        context.Response.Headers["RateLimit"] = "own";
        context.Response.Headers["RateLimit-Policy"] = "own";
        return Task.CompletedTask;
    }
}
