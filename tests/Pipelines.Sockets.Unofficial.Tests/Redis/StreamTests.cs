using Pipelines.Sockets.Unofficial.Tests.Support;
using StackExchange.Redis;

namespace Pipelines.Sockets.Unofficial.Tests.Redis;

/// <summary>Redis streams nest deepest of all: streams of entries of pairs.</summary>
public sealed class StreamTests(SharedRedis redis)
{
    private const int Entries = 2_000;
    private const string Group = "readers";

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Group_ReadingTwoStreams_GetsEveryEntryOnce(Transport transport)
    {
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);
        IDatabase db = client.GetDatabase();
        string[] keys = await FillAsync(db, transport, "read");
        var seen = new HashSet<int>();
        while (true)
        {
            StreamPosition[] positions = [.. keys.Select(key => new StreamPosition(key, ">"))];
            RedisStream[] streams = await db.StreamReadGroupAsync(positions, Group, "consumer", countPerStream: 300).InTime();
            if (streams.Length == 0)
            {
                break;
            }

            foreach ((RedisStream stream, StreamEntry entry) in streams.SelectMany(stream => stream.Entries.Select(entry => (stream, entry))))
            {
                int number = (int)entry["number"];
                Assert.Equal(keys[number % 2], stream.Key);
                Assert.Equal((2, number % 50), (entry.Values.Length, ((string)entry["text"]!).Length));
                Assert.True(seen.Add(number));
            }
        }

        Assert.Equal(Entries, seen.Count);
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Pending_AcknowledgedAndClaimed_AddsUp(Transport transport)
    {
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);
        IDatabase db = client.GetDatabase();
        string key = (await FillAsync(db, transport, "pending"))[0];
        await db.StreamReadGroupAsync(key, Group, "first", ">").InTime();

        StreamPendingMessageInfo[] pending = await db.StreamPendingMessagesAsync(key, Group, Entries, RedisValue.Null).InTime();
        Assert.Equal(Entries / 2, pending.Length);
        Assert.All(pending, message => Assert.Equal((1, "first"), (message.DeliveryCount, (string?)message.ConsumerName)));
        Assert.Equal(600, await db.StreamAcknowledgeAsync(key, Group, [.. pending.Take(600).Select(message => message.MessageId)]).InTime());

        StreamAutoClaimResult claimed = await db.StreamAutoClaimAsync(key, Group, "second", 0, "0-0", 200).InTime();
        Assert.Equal(pending.Skip(600).Take(200).Select(message => message.MessageId), claimed.ClaimedEntries.Select(entry => entry.Id));
        Assert.Equal((Entries / 2) - 600, (await db.StreamPendingAsync(key, Group).InTime()).PendingMessageCount);
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Descriptions_OfStreamGroupAndConsumers_AreRead(Transport transport)
    {
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);
        IDatabase db = client.GetDatabase();
        string key = (await FillAsync(db, transport, "described"))[0];
        await db.StreamReadGroupAsync(key, Group, "first", ">", count: 10).InTime();

        StreamInfo stream = await db.StreamInfoAsync(key).InTime();
        StreamGroupInfo group = Assert.Single(await db.StreamGroupInfoAsync(key).InTime());
        StreamConsumerInfo consumer = Assert.Single(await db.StreamConsumerInfoAsync(key, Group).InTime());

        Assert.Equal((Entries / 2, 0), (stream.Length, (int)stream.FirstEntry["number"]));
        Assert.Equal((Group, 10), (group.Name, group.PendingMessageCount));
        Assert.Equal(("first", 10), (consumer.Name, consumer.PendingMessageCount));
    }

    // Even numbers go to the first stream, odd ones to the second.
    private static async Task<string[]> FillAsync(IDatabase db, Transport transport, string purpose)
    {
        string[] keys = [$"{transport}:{purpose}:even", $"{transport}:{purpose}:odd"];
        foreach (string key in keys)
        {
            await db.StreamCreateConsumerGroupAsync(key, Group, "0", createStream: true).InTime();
        }

        await Task.WhenAll(Enumerable.Range(0, Entries).Select(i =>
            db.StreamAddAsync(keys[i % 2], [new("number", i), new("text", new string('x', i % 50))]))).InTime();
        return keys;
    }
}
