using System.Collections.Concurrent;
using Gateway.Testing;
using Pipelines.Sockets.Unofficial.Tests.Support;
using StackExchange.Redis;

namespace Pipelines.Sockets.Unofficial.Tests.Redis;

public sealed class PubSubTests(SharedRedis redis)
{
    private const int Messages = 5_000;

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Queue_OfAChannel_GivesEveryMessageInOrder(Transport transport)
    {
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);
        ISubscriber subscriber = client.GetSubscriber();
        RedisChannel channel = RedisChannel.Literal($"{transport}:queue");
        ChannelMessageQueue queue = await subscriber.SubscribeAsync(channel).InTime();

        Task<long[]> publishing = Task.WhenAll(Enumerable.Range(0, Messages).Select(i => subscriber.PublishAsync(channel, i)));
        for (int i = 0; i < Messages; i++)
        {
            Assert.Equal(i, (int)(await queue.ReadAsync().InTime()).Message);
        }

        Assert.All(await publishing.InTime(), receivers => Assert.Equal(1, receivers));
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Handlers_OfChannelAndPattern_AreAllCalledForEveryMessage(Transport transport)
    {
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);
        ISubscriber subscriber = client.GetSubscriber();
        RedisChannel channel = RedisChannel.Literal($"{transport}:handlers");
        var calls = new ConcurrentDictionary<string, int>();
        void Count(string handler) => calls.AddOrUpdate(handler, 1, (_, count) => count + 1);
        await subscriber.SubscribeAsync(channel, (_, _) => Count("first")).InTime();
        await subscriber.SubscribeAsync(channel, (_, _) => Count("second")).InTime();
        await subscriber.SubscribeAsync(RedisChannel.Pattern($"{transport}:h*"), (_, _) => Count("pattern")).InTime();

        await Task.WhenAll(Enumerable.Range(0, Messages).Select(i => subscriber.PublishAsync(channel, i))).InTime();

        await Eventually.TrueAsync(() => calls.Values.Sum() == 3 * Messages, expected: "every handler has every message");
        Assert.All(calls, handler => Assert.Equal(Messages, handler.Value));
        await subscriber.UnsubscribeAllAsync().InTime();
        Assert.Equal(0, await subscriber.PublishAsync(channel, "nobody").InTime());
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Message_Of5MB_ArrivesWhole(Transport transport)
    {
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);
        ISubscriber subscriber = client.GetSubscriber();
        RedisChannel channel = RedisChannel.Literal($"{transport}:large");
        ChannelMessageQueue queue = await subscriber.SubscribeAsync(channel).InTime();
        byte[] message = new byte[5_000_000];
        new ByteStream().Fill(message);

        await subscriber.PublishAsync(channel, message).InTime();

        byte[]? received = (await queue.ReadAsync().InTime()).Message;
        Assert.True(message.AsSpan().SequenceEqual(received));
    }
}
