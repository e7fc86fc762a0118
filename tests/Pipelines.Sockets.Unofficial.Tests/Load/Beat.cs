using Pipelines.Sockets.Unofficial.Tests.Support;
using StackExchange.Redis;

namespace Pipelines.Sockets.Unofficial.Tests.Load;

/// <summary>A subscription whose return after a loss can be waited for.</summary>
internal sealed class Beat(ConnectionMultiplexer client)
{
    private static readonly RedisChannel s_channel = RedisChannel.Literal("beat");
    private int _heard;

    public Task SubscribeAsync()
        => client.GetSubscriber().SubscribeAsync(s_channel, (_, _) => Interlocked.Increment(ref _heard)).InTime();

    public async Task HeardAgainAsync()
    {
        int before = Volatile.Read(ref _heard);
        await Retry.UntilItSucceedsAsync<RedisException>(async () =>
        {
            await client.GetSubscriber().PublishAsync(s_channel, "x").InTime();
            if (Volatile.Read(ref _heard) == before)
            {
                throw new RedisException("The subscription is not back.");
            }
        });
    }
}
