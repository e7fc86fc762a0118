using System.Diagnostics;
using System.Net;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;
using Gateway.Policies.Sessions.Redis;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

/// <summary>A Redis that is killed, paused or not there, with the deadline users have by default.</summary>
public sealed class SessionOutageTests : IAsyncLifetime
{
    private readonly RedisFixture _redis = new() { Deadline = TimeSpan.FromMilliseconds(50) };
    private readonly string _token = Guid.NewGuid().ToString("N");
    private readonly SessionPolicy _stale = new() { WhenRedisFails = SessionOutage.Stale, Forward = new Dictionary<string, string> { ["X-User-Id"] = "user_id" } };

    public ValueTask InitializeAsync() => _redis.InitializeAsync();

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    [Fact]
    public async Task Closed_RedisPaused_Is503WithinTheDeadlineAndThenWithoutWaiting()
    {
        await _redis.Foreign.StringSetAsync($"session:{_token}", "{}");
        await using SessionHost host = await StartAsync(new SessionPolicy());
        await AssertStatusAsync(host, HttpStatusCode.OK);
        _redis.Server.Pause();
        try
        {
            TimeSpan[] waits = new TimeSpan[20];
            for (int i = 0; i < waits.Length; i++)
            {
                long began = Stopwatch.GetTimestamp();
                using HttpResponseMessage response = await host.GetAsync(_token);
                waits[i] = Stopwatch.GetElapsedTime(began);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
                Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
                Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
                Assert.Empty(response.Headers.WwwAuthenticate);
                Assert.Equal("unavailable", host.LastOutcome);
            }

            Array.Sort(waits);
            Assert.True(waits[^1] < TimeSpan.FromSeconds(1), $"longest wait {waits[^1]}");
            Assert.True(waits[waits.Length / 2] < TimeSpan.FromMilliseconds(40), $"median wait {waits[waits.Length / 2]}: the circuit did not open");
        }
        finally
        {
            _redis.Server.Resume();
        }

        await Eventually.TrueAsync(async () => (await host.GetAsync(_token)).StatusCode is HttpStatusCode.OK);
    }

    [Fact]
    public async Task Closed_MissingOrMalformedToken_IsStill401()
    {
        await using SessionHost host = await StartAsync(new SessionPolicy());
        await _redis.Server.KillAsync();

        using HttpResponseMessage missing = await host.GetAsync();
        using HttpResponseMessage malformed = await host.GetAsync("a b");

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (missing.StatusCode, malformed.StatusCode));
    }

    [Fact]
    public async Task Stale_RedisKilled_SeenSessionStaysGoodUnknownOneGets503()
    {
        await _redis.Foreign.StringSetAsync($"session:{_token}", """{"user_id":"u1"}""");
        await using SessionHost host = await StartAsync(_stale);
        await AssertStatusAsync(host, HttpStatusCode.OK);
        await _redis.Server.KillAsync();

        for (int i = 0; i < 20; i++)
        {
            using HttpResponseMessage seen = await host.GetAsync(_token, ("X-User-Id", "admin"));
            Assert.Equal("u1", (string?)(await SessionHost.HeadersAsync(seen))["x-user-id"]);
            Assert.Equal("stale", host.LastOutcome);
            using HttpResponseMessage unknown = await host.GetAsync("never-seen");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, unknown.StatusCode);
        }
    }

    [Fact]
    public async Task Stale_SessionWasRevokedBeforeTheOutage_IsNotRemembered()
    {
        await _redis.Foreign.StringSetAsync($"session:{_token}", "{}");
        await using SessionHost host = await StartAsync(_stale);
        await AssertStatusAsync(host, HttpStatusCode.OK);
        await _redis.Foreign.KeyDeleteAsync($"session:{_token}");
        await AssertStatusAsync(host, HttpStatusCode.Unauthorized);
        await _redis.Server.KillAsync();

        await AssertStatusAsync(host, HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Closed_RedisTakesNoWrites_SessionsAreServedAndTheCircuitStaysClosed()
    {
        await _redis.Foreign.StringSetAsync($"session:{_token}", "{}", TimeSpan.FromMinutes(1));
        await _redis.Foreign.ExecuteAsync("CONFIG", "SET", "min-replicas-to-write", "1");
        var policy = new SessionPolicy { Sliding = TimeSpan.FromMinutes(30) };
        await using SessionHost host = await StartAsync(policy);

        for (int i = 0; i < 20; i++)
        {
            await AssertStatusAsync(host, HttpStatusCode.OK);
        }

        Assert.True(_redis.Connections.For(RedisConcern.Sessions).IsAvailable);
        Assert.True(await _redis.Foreign.KeyTimeToLiveAsync($"session:{_token}") <= TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => Store().ExtendAsync($"session:{_token}", TimeSpan.FromMinutes(30), new WaitBudget { Limit = TimeSpan.FromSeconds(5) }).AsTask());
    }

    [Fact]
    public async Task Prefetch_RedisPausedAndNobodyAsks_LeavesNoUnobservedFailure()
    {
        var unobserved = new List<Exception>();
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, args) =>
        {
            if (args.Exception.ToString().Contains("Sessions", StringComparison.Ordinal))
            {
                lock (unobserved)
                {
                    unobserved.Add(args.Exception);
                }
            }
        };
        TaskScheduler.UnobservedTaskException += note;
        await using SessionHost host = await SessionHost.StartAsync(
            new SessionPolicy(), Store(), before: _ => context =>
            {
                context.Response.StatusCode = 429;
                return Task.CompletedTask;
            });
        _redis.Server.Pause();
        await Eventually.TrueAsync(async () =>
        {
            using HttpResponseMessage limited = await host.GetAsync(_token);
            Assert.Equal(HttpStatusCode.TooManyRequests, limited.StatusCode);
            return !_redis.Connections.For(RedisConcern.Sessions).IsAvailable;
        });
        _redis.Server.Resume();
        GC.Collect(2, GCCollectionMode.Forced, blocking: true);
        GC.WaitForPendingFinalizers();
        TaskScheduler.UnobservedTaskException -= note;
        Assert.Empty(unobserved);
    }

    [Fact]
    public async Task Prefetch_SlowWorkBefore_RunsBesideTheRead()
    {
        var reading = new TaskCompletionSource();
        await using SessionHost host = await SessionHost.StartAsync(
            new SessionPolicy(), new ScriptedStore { Answer = () => { reading.TrySetResult(); return Task.FromResult<SessionRead?>(new(SessionReadKind.Found, "{}"u8.ToArray())); } }, before: next => async context =>
            {
                // Ends only if the read began before this step did.
                await reading.Task.WaitAsync(TimeSpan.FromSeconds(10));
                await next(context);
            });

        await AssertStatusAsync(host, HttpStatusCode.OK);
    }

    private RedisSessionStore Store() => new(_redis.Connections.For(RedisConcern.Sessions));

    private Task<SessionHost> StartAsync(SessionPolicy policy) => SessionHost.StartAsync(policy, Store());

    private async Task AssertStatusAsync(SessionHost host, HttpStatusCode status)
    {
        using HttpResponseMessage response = await host.GetAsync(_token);
        Assert.Equal(status, response.StatusCode);
    }
}
