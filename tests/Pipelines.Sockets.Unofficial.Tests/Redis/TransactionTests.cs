using Pipelines.Sockets.Unofficial.Tests.Support;
using StackExchange.Redis;

namespace Pipelines.Sockets.Unofficial.Tests.Redis;

public sealed class TransactionTests(SharedRedis redis)
{
    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Transaction_OfManyCommands_GivesEachItsReply(Transport transport)
    {
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);
        ITransaction transaction = client.GetDatabase().CreateTransaction();
        transaction.AddCondition(Condition.KeyNotExists($"{transport}:transaction"));
        Task<long>[] increments = [.. Enumerable.Range(0, 2_000).Select(_ => transaction.StringIncrementAsync($"{transport}:transaction"))];

        Assert.True(await transaction.ExecuteAsync().InTime());

        Assert.Equal(Enumerable.Range(1, 2_000).Select(i => (long)i), await Task.WhenAll(increments).InTime());
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Transaction_ConditionNotMet_RunsNothing(Transport transport)
    {
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);
        IDatabase db = client.GetDatabase();
        ITransaction transaction = db.CreateTransaction();
        transaction.AddCondition(Condition.StringEqual($"{transport}:condition", "never set"));
        Task<bool> set = transaction.StringSetAsync($"{transport}:condition", "x");

        Assert.False(await transaction.ExecuteAsync().InTime());

        await Assert.ThrowsAsync<TaskCanceledException>(() => set.InTime());
        Assert.False(await db.KeyExistsAsync($"{transport}:condition").InTime());
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Batch_OfManyCommands_GivesEachItsReply(Transport transport)
    {
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);
        IBatch batch = client.GetDatabase().CreateBatch();
        Task<long>[] increments = [.. Enumerable.Range(0, 2_000).Select(_ => batch.StringIncrementAsync($"{transport}:batch"))];

        batch.Execute();

        Assert.Equal(Enumerable.Range(1, 2_000).Select(i => (long)i), await Task.WhenAll(increments).InTime());
    }
}
