using System.Net;
using System.Text.Json.Nodes;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting;

public sealed class RateLimitingMiddlewareTests
{
    /// <summary>The clock of <see cref="ManualTime"/> begins a day after the epoch.</summary>
    private const long Now = 86_400;

    private readonly ManualTime _time = new();

    [Fact]
    public async Task Response_OfAnAdmittedRequest_TellsTheLimit()
    {
        await using LimitedApp app = await StartAsync(Routes.With(Routes.Limit("per-client", 100, 60)));

        using HttpResponseMessage response = await app.GetAsync();

        Assert.Equal($"100/99/{Now + 60}", response.Common());
        Assert.Equal("\"per-client\";q=100;w=60", response.Field("RateLimit-Policy"));
        Assert.Equal("\"per-client\";r=99;t=60", response.Field("RateLimit"));
        Assert.Null(response.Field("Retry-After"));
        Assert.Equal(("admitted", "per-client"), (app.LastRequest!.RateLimitOutcome, app.LastRequest.RateLimitPolicy));
    }

    [Fact]
    public async Task Response_OfARejectedRequest_IsAProblemAndItsRetryIsAdmitted()
    {
        await using LimitedApp app = await StartAsync(Routes.With(Routes.Limit("per-client", 1, 2.5)));
        await app.GetAsync();
        _time.Advance(TimeSpan.FromSeconds(0.7));

        using HttpResponseMessage response = await app.GetAsync();

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        JsonNode body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal("https://iana.org/assignments/http-problem-types#quota-exceeded", (string?)body["type"]);
        Assert.Equal(429, (int?)body["status"]);
        Assert.Equal("""["per-client"]""", body["violated-policies"]!.ToJsonString());
        Assert.Equal("2", response.Field("Retry-After"));
        Assert.Equal($"1/0/{Now + 3}", response.Common());
        Assert.Equal("\"per-client\";r=0;t=2", response.Field("RateLimit"));
        Assert.Equal(("rejected", "per-client"), (app.LastRequest!.RateLimitOutcome, app.LastRequest.RateLimitPolicy));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.OK, (await app.GetAsync()).StatusCode);
    }

    [Fact]
    public async Task Response_OfSeveralLimits_TellsTheMostConstrainedAndListsAll()
    {
        await using LimitedApp app = await StartAsync(Routes.With(Routes.Limit("per-client", 100, 60), Routes.Limit("burst", 10, 1, "ClientIp", "Route")));

        using HttpResponseMessage response = await app.GetAsync();

        Assert.Equal($"10/9/{Now + 1}", response.Common());
        Assert.Equal("\"per-client\";q=100;w=60, \"burst\";q=10;w=1", response.Field("RateLimit-Policy"));
        Assert.Equal("\"per-client\";r=99;t=60, \"burst\";r=9;t=1", response.Field("RateLimit"));
    }

    [Fact]
    public async Task Response_RejectedByOneOfSeveral_NamesItAndSparesTheOthers()
    {
        await using LimitedApp app = await StartAsync(Routes.With(Routes.Limit("per-client", 100, 60), Routes.Limit("burst", 1, 1)));
        await app.GetAsync();

        using HttpResponseMessage response = await app.GetAsync();

        Assert.Equal("""["burst"]""", JsonNode.Parse(await response.Content.ReadAsStringAsync())!["violated-policies"]!.ToJsonString());
        Assert.Equal("\"per-client\";r=99;t=60, \"burst\";r=0;t=1", response.Field("RateLimit"));
    }

    [Theory]
    [InlineData(304)]
    [InlineData(404)]
    [InlineData(502)]
    public async Task Response_OfAnyStatus_ReplacesTheDestinationsOwnFields(int status)
    {
        await using LimitedApp app = await StartAsync(Routes.With(Routes.Limit("per-client", 100, 60)), Destination(status));

        using HttpResponseMessage response = await app.GetAsync();

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal($"100/99/{Now + 60}", response.Common());
        Assert.Equal("\"per-client\";r=99;t=60", response.Field("RateLimit"));
    }

    [Fact]
    public async Task Response_OfARouteWithoutLimits_KeepsTheDestinationsOwnFields()
    {
        await using LimitedApp app = await StartAsync(Routes.With(), Destination(200));

        using HttpResponseMessage response = await app.GetAsync();

        Assert.Equal("7/6/5", response.Common());
        Assert.Null(app.LastRequest!.RateLimitOutcome);
    }

    [Fact]
    public async Task Response_OfASlowDestination_TellsTheTimeLeftWhenItBegins()
    {
        await using LimitedApp app = await StartAsync(Routes.With(Routes.Limit("per-client", 5, 60) with { ResetFormat = ResetFormat.Delta }), context =>
        {
            _time.Advance(TimeSpan.FromSeconds(20.5));
            return context.Response.WriteAsync("late");
        });

        using HttpResponseMessage response = await app.GetAsync();

        Assert.Equal("5/4/40", response.Common());
        Assert.Equal("\"per-client\";r=4;t=40", response.Field("RateLimit"));
    }

    [Fact]
    public async Task Response_OfAnAwkwardPolicyName_IsAStructuredString()
    {
        await using LimitedApp app = await StartAsync(Routes.With(Routes.Limit("a\"b\\ü\r\n", 5, 0.25)));

        using HttpResponseMessage response = await app.GetAsync();

        Assert.Equal("\"a\\\"b\\\\%C3%BC%0D%0A\";q=5;w=1", response.Field("RateLimit-Policy"));
    }

    [Fact]
    public async Task Stages_SessionMissing_TakesTheFirstStageOnlyAndTellsOfItOnly()
    {
        await using LimitedApp app = await StartAsync(Routes.WithSession(Routes.Limit("per-user", 5, 60, "User"), Routes.Limit("per-client", 100, 60)));

        using HttpResponseMessage refused = await app.GetAsync();
        using HttpResponseMessage passed = await app.GetAsync("/", ("X-Test-User", "ada"));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("\"per-client\";q=100;w=60", refused.Field("RateLimit-Policy"));
        Assert.Equal("\"per-client\";r=99;t=60", refused.Field("RateLimit"));
        Assert.Equal("\"per-client\";r=98;t=60, \"per-user\";r=4;t=60", passed.Field("RateLimit"));
        Assert.Equal($"5/4/{Now + 60}", passed.Common());
    }

    [Fact]
    public async Task Stages_AllLimitsNeedTheSession_TellNothingWithoutOne()
    {
        await using LimitedApp app = await StartAsync(Routes.WithSession(Routes.Limit("per-session", 5, 60, "Session")));

        using HttpResponseMessage refused = await app.GetAsync();

        Assert.Equal("//", refused.Common());
        Assert.Null(refused.Field("RateLimit-Policy"));
    }

    [Fact]
    public async Task Stages_LaterLimitRejects_RetryAfterPassesBothStages()
    {
        await using LimitedApp app = await StartAsync(Routes.WithSession(Routes.Limit("per-user", 1, 5, "User"), Routes.Limit("per-client", 2, 60)));
        await app.GetAsync("/", ("X-Test-User", "ada"));

        using HttpResponseMessage rejected = await app.GetAsync("/", ("X-Test-User", "ada"));

        Assert.Equal(HttpStatusCode.TooManyRequests, rejected.StatusCode);
        Assert.Equal("60", rejected.Field("Retry-After"));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(HttpStatusCode.OK, (await app.GetAsync("/", ("X-Test-User", "ada"))).StatusCode);
    }

    [Fact]
    public async Task Stages_RouteWithoutSessions_CountsSessionLimitsByAddress()
    {
        await using LimitedApp app = await StartAsync(Routes.With(Routes.Limit("per-session", 2, 60, "Session")));

        await app.GetAsync();

        Assert.Equal("\"per-session\";r=0;t=60", (await app.GetAsync()).Field("RateLimit"));
    }

    [Fact]
    public async Task Reload_OfARoute_KeepsTheCounts()
    {
        await using LimitedApp app = await StartAsync(Routes.With(Routes.Limit("per-client", 10, 60)));
        await app.GetAsync();
        RequestDelegate reloaded = LimitedApp.Step(app, LimitStage.BeforeSession)
            .Wrap(Routes.With(Routes.Limit("per-client", 3, 60)), context => Task.CompletedTask);
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Loopback } };

        await reloaded(context);

        Assert.Equal("per-client", GatewayRequest.Of(context).RateLimitPolicy);
        Assert.Equal(8, (await app.GetAsync()).Field("X-RateLimit-Remaining") is { } left ? int.Parse(left) + 1 : -1);
    }

    [Theory]
    [InlineData(true, "begun, passed")]
    [InlineData(false, "passed")]
    public async Task WhileWaiting_IsCalledOnceTheQuestionIsOnItsWay_AndOnlyThen(bool waits, string expected)
    {
        var answer = new TaskCompletionSource();
        var happened = new List<string>();
        await using ServiceProvider services = new ServiceCollection().AddLogging().AddRateLimiting()
            .AddSingleton<IPermitStore>(provider => new SpyStore(provider.GetRequiredService<ILocalPermitStore>()) { Coming = () => waits ? answer.Task : Task.CompletedTask })
            .BuildServiceProvider();
        RequestDelegate pipeline = services.GetRequiredKeyedService<RateLimitingStep>(LimitStage.BeforeSession).Wrap(
            Routes.With(Routes.Limit("per-client", 10, 60)), Note("passed"), whileWaiting: _ => happened.Add("begun"));

        Task request = pipeline(new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Loopback } });
        Assert.Equal(waits ? ["begun"] : ["passed"], happened);
        answer.SetResult();
        await request;

        Assert.Equal(expected, string.Join(", ", happened));

        RequestDelegate Note(string what) => _ =>
        {
            happened.Add(what);
            return Task.CompletedTask;
        };
    }

    private Task<LimitedApp> StartAsync(RoutePolicies route, RequestDelegate? destination = null) => LimitedApp.StartAsync(route, destination, _time);

    private static RequestDelegate Destination(int status) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers["X-RateLimit-Limit"] = "7";
        context.Response.Headers["X-RateLimit-Remaining"] = "6";
        context.Response.Headers["X-RateLimit-Reset"] = "5";
        context.Response.Headers["RateLimit"] = "limit=7, remaining=6, reset=5";
        context.Response.Headers["RateLimit-Policy"] = "7;w=60";
        return Task.CompletedTask;
    };
}
