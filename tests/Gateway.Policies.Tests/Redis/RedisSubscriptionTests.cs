using System.Collections.Concurrent;
using Gateway.Policies.Redis;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.Redis;

[Collection(RedisCollection.Name)]
public sealed class RedisSubscriptionTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _heard = new();
    private readonly ConcurrentQueue<string> _events = new();
    private RedisUnderTest _redis = null!;

    public async ValueTask InitializeAsync() => _redis = await RedisUnderTest.StartAsync();

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    [Fact]
    public async Task Subscription_Live_HearsEachMessageOnceAndNotItsOwnEcho()
    {
        await using RedisSubscription subscription = await LiveAsync();
        Assert.Equal(":1", await SayAsync("a"));
        Assert.Equal(":1", await SayAsync("b"));
        await Eventually.TrueAsync(() => _heard.Count >= 2);
        Assert.Equal(["a", "b"], _heard);
        Assert.Equal(["restored"], _events);
    }

    [Fact]
    public async Task Subscription_ConnectionsKilled_TellsLostThenRestoredAndHearsAgain()
    {
        await using RedisSubscription subscription = await LiveAsync();
        await _redis.Server.SendAsync("CLIENT KILL TYPE pubsub");
        await Eventually.TrueAsync(() => _events.Count == 3);
        Assert.Equal(["restored", "lost", "restored"], _events);
        await SayAsync("after");
        await Eventually.TrueAsync(() => !_heard.IsEmpty);
        Assert.Equal(["after"], _heard);
    }

    [Fact]
    public async Task Subscription_RedisKilledAndRestarted_TellsLostThenRestoredAndHearsAgain()
    {
        await using RedisSubscription subscription = await LiveAsync();
        await _redis.Server.KillAsync();
        await Eventually.TrueAsync(() => !subscription.IsLive);
        await _redis.Server.StartAgainAsync();
        await Eventually.TrueAsync(() => subscription.IsLive);
        await SayAsync("after");
        await Eventually.TrueAsync(() => !_heard.IsEmpty);
        Assert.Equal(["after"], _heard);
        Assert.Equal("restored", _events.Last());
    }

    [Fact]
    public async Task Subscription_RedisSilent_NoticesByItself()
    {
        await using RedisSubscription subscription = await LiveAsync();
        _redis.Server.Pause();
        await Eventually.TrueAsync(() => !subscription.IsLive);
        _redis.Server.Resume();
        await Eventually.TrueAsync(() => subscription.IsLive);
    }

    [Fact]
    public async Task Subscription_Disposed_HearsNothingMore()
    {
        RedisSubscription subscription = await LiveAsync();
        await subscription.DisposeAsync();
        await Eventually.TrueAsync(async () => await SayAsync("late") == ":0");
        Assert.Empty(_heard);
    }

    private async Task<RedisSubscription> LiveAsync()
    {
        RedisSubscription subscription = _redis.Connections.For(RedisConcern.Events).Subscribe(
            "news", message => _heard.Enqueue($"{message}"), () => _events.Enqueue("lost"), () => _events.Enqueue("restored"));
        await Eventually.TrueAsync(() => subscription.IsLive);
        return subscription;
    }

    private Task<string?> SayAsync(string word) => _redis.Server.SendAsync($"PUBLISH gw:news {word}");
}
