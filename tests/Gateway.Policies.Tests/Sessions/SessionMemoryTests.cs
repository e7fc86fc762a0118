using System.Diagnostics.Metrics;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;
using Gateway.Policies.Sessions.Streams;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

/// <summary>What answers requests without Redis, and for how long, on a clock the test moves.</summary>
public sealed class SessionMemoryTests
{
    private readonly LookupSetup _setup = new(new SessionPolicy());

    public SessionMemoryTests() => _setup.Lookups.Trust.Regain();

    [Theory]
    [InlineData(4.9, true)]
    [InlineData(5.1, false)]
    public async Task Recall_ValidSession_IsRememberedForFiveSeconds(double seconds, bool remembered) =>
        Assert.Equal(remembered, await RemembersAsync(_setup, """{"user_id":"u1"}""", null, seconds));

    [Theory]
    [InlineData("", 0.9, true)]
    [InlineData("", 1.1, false)]
    [InlineData("no json", 1.1, false)]
    [InlineData("""{"session_state":"revoked"}""", 1.1, false)]
    public async Task Recall_NoSession_IsRememberedForOneSecond(string record, double seconds, bool remembered) =>
        Assert.Equal(remembered, await RemembersAsync(_setup, record, null, seconds));

    [Theory]
    [InlineData("{}", 2d)]
    [InlineData("""{"expires_at":"1970-01-01T00:00:02Z"}""", null)]
    public async Task Recall_SessionEndsBefore_IsNotRememberedBeyondIt(string record, double? timeToLive)
    {
        TimeSpan? left = timeToLive is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

        Assert.True(await RemembersAsync(_setup, record, left, 1.9));
        Assert.False(await RemembersAsync(_setup, record, left, 0.2));
    }

    [Fact]
    public async Task Recall_IdleTimeToLive_AsksAgainWhenAnExtensionIsDue()
    {
        var setup = new LookupSetup(new SessionPolicy { Sliding = TimeSpan.FromSeconds(10) });
        setup.Lookups.Trust.Regain();

        Assert.True(await RemembersAsync(setup, "{}", TimeSpan.FromSeconds(9.5), 0.4));
        setup.Time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Null(setup.Recall());
        setup.Answer("{}", TimeSpan.FromSeconds(8.9));
        Assert.True((await setup.ReadAsync()).Seen!.TryTakeExtension(out TimeSpan target));
        Assert.Equal(TimeSpan.FromSeconds(10), target);
        Assert.False(setup.Recall()!.TryTakeExtension(out _));
    }

    [Fact]
    public async Task Recall_RememberIsZero_NeverAnswers()
    {
        var setup = new LookupSetup(new SessionPolicy { Remember = TimeSpan.Zero });
        setup.Lookups.Trust.Regain();

        Assert.False(await RemembersAsync(setup, "{}", null, 0));
    }

    [Fact]
    public async Task Recall_RevocationsAreNotHeard_NeverAnswers()
    {
        _setup.Lookups.Trust.Lose();

        Assert.False(await RemembersAsync(_setup, "{}", null, 0));
    }

    [Fact]
    public async Task Recall_HearingWasLostAndFoundAgain_ForgetsWhatWasBefore()
    {
        await RemembersAsync(_setup, "{}", null, 0);

        _setup.Lookups.Trust.Lose();
        Assert.Null(_setup.Recall());
        _setup.Lookups.Trust.Regain();
        Assert.Null(_setup.Recall());
        Assert.True(await RemembersAsync(_setup, "{}", null, 0));
        _setup.Lookups.Trust.Doubt();
        Assert.Null(_setup.Recall());
    }

    [Fact]
    public async Task Recall_SessionWasForgotten_AsksAgain()
    {
        await RemembersAsync(_setup, "{}", null, 0);

        _setup.Lookups.Forget("session:other");
        Assert.NotNull(_setup.Recall());
        _setup.Lookups.Forget("session:abc");
        Assert.Null(_setup.Recall());
    }

    [Fact]
    public async Task Read_RevocationOvertakesTheAnswer_IsNotRememberedAndNotJoined()
    {
        var answer = new TaskCompletionSource<SessionRead?>();
        _setup.Store.Answer = () => answer.Task;
        ValueTask<SessionVerdict> before = _setup.ReadAsync();
        _setup.Lookups.Forget("session:abc");
        _setup.Answer("");

        Assert.Equal(SessionOutcome.Unknown, (await _setup.ReadAsync()).Outcome);
        answer.SetResult(new SessionRead(SessionReadKind.Found, "{}"u8.ToArray()));
        Assert.Equal(SessionOutcome.Valid, (await before).Outcome);
        Assert.NotEqual(SessionOutcome.Valid, _setup.Recall()?.Outcome);
    }

    [Fact]
    public async Task Read_HearingIsLostMeanwhile_IsNotRemembered()
    {
        var answer = new TaskCompletionSource<SessionRead?>();
        _setup.Store.Answer = () => answer.Task;
        ValueTask<SessionVerdict> reading = _setup.ReadAsync();
        _setup.Lookups.Trust.Lose();
        _setup.Lookups.Trust.Regain();
        answer.SetResult(new SessionRead(SessionReadKind.Found, "{}"u8.ToArray()));

        Assert.Equal(SessionOutcome.Valid, (await reading).Outcome);
        Assert.Null(_setup.Recall());
    }

    [Fact]
    public async Task Read_ManyAtOnce_AreOneReadPerToken()
    {
        var answer = new TaskCompletionSource<SessionRead?>();
        _setup.Store.Answer = () => answer.Task;
        Task<SessionVerdict>[] reading = [.. Enumerable.Range(0, 100).Select(i => _setup.ReadAsync(i % 2 == 0 ? "even" : "odd").AsTask())];
        answer.SetResult(new SessionRead(SessionReadKind.Found, "{}"u8.ToArray()));

        Assert.All(await Task.WhenAll(reading), verdict => Assert.Equal(SessionOutcome.Valid, verdict.Outcome));
        Assert.Equal(2, _setup.Store.Reads);
    }

    [Fact]
    public async Task Read_ManyAtOnceWhileAway_AllHearIt()
    {
        var answer = new TaskCompletionSource<SessionRead?>();
        _setup.Store.Answer = () => answer.Task;
        Task<SessionVerdict>[] reading = [.. Enumerable.Range(0, 20).Select(_ => _setup.ReadAsync().AsTask())];
        answer.SetResult(null);

        Assert.All(await Task.WhenAll(reading), verdict => Assert.Equal(SessionOutcome.Unavailable, verdict.Outcome));
    }

    [Fact]
    public void Lookups_EqualPolicies_ShareOneMemory()
    {
        Assert.Same(_setup.Lookup, _setup.Lookups.Of(new SessionPolicy()));
        Assert.NotSame(_setup.Lookup, _setup.Lookups.Of(new SessionPolicy { Fields = new SessionFields { User = "uid" } }));
    }

    [Fact]
    public async Task Request_RememberedSession_AllocatesNothing()
    {
        using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new SessionMetrics(services.GetRequiredService<IMeterFactory>());
        var step = new SessionStep(
            _setup.Store, _setup.Lookups, new LiveStreams(_setup.Lookups, metrics, _setup.Time), new SessionAdmin(_setup.Store, new QuietEvents(), _setup.Time), metrics, _setup.Time, NullLogger<SessionStep>.Instance);
        var route = new RoutePolicies { RouteId = "orders", Session = new SessionPolicy() };
        RequestDelegate pipeline = SessionHost.Prefetching(step.Prefetch(route)!, step.Wrap(route, static _ => Task.CompletedTask));
        await RemembersAsync(_setup, """{"user_id":"u1"}""", null, 0);
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = "Bearer abc";
        bool atOnce = true;
        Run();

        Assert.Equal(0, Allocations.Least(Run));
        Assert.True(atOnce);
        Assert.NotNull(GatewayRequest.Of(context).Session);

        void Run()
        {
            for (int i = 0; i < 1_000; i++)
            {
                atOnce &= pipeline(context).IsCompletedSuccessfully;
            }
        }
    }

    private static async Task<bool> RemembersAsync(LookupSetup setup, string record, TimeSpan? timeToLive, double seconds)
    {
        if (setup.Recall() is null)
        {
            setup.Answer(record, timeToLive);
            await setup.ReadAsync();
        }

        setup.Time.Advance(TimeSpan.FromSeconds(seconds));
        return setup.Recall() is not null;
    }
}
