using System.Globalization;
using Gateway.Policies.RateLimiting.Redis;
using Harness.Scaling;
using Harness.Servers;
using Xunit;

namespace Gateway.Benchmarks.Tests;

/// <summary>bench/scaling puts the questions that a gateway puts: a real shard answers them, and counts as many.</summary>
public sealed class AskerTests(OneShard shard) : IClassFixture<OneShard>
{
    private const int Times = 50;

    [Theory]
    [InlineData(5_000, 1, 4)]
    [InlineData(5_000, 8, 1)]
    [InlineData(1_000_000, 1, 1)]
    [InlineData(1_000_000, 8, 2)]
    public async Task Asker_AsManyQuestionsACall_AsksAGatewaysQuestionsWithoutAnError(int limit, int questions, int inFlight)
    {
        await RedisNode.AskAsync(shard.Port, "FLUSHALL");
        string sha = await Seeding.LoadScriptAsync(shard.Port, PermitScripts.Acquire.Text);
        using var asker = new Asker(sha, limit, questions, inFlight);
        await asker.ConnectAsync(shard.Port);
        double before = (await RedisNode.CountAsync(shard.Port)).Calls;

        for (int i = 0; i < Times; i++)
        {
            asker.Put();
            asker.Take();
        }

        Assert.Equal(questions * inFlight, asker.Questions);
        Assert.Equal(Times * inFlight, (await RedisNode.CountAsync(shard.Port)).Calls - before);
        Assert.InRange(long.Parse(await RedisNode.AskAsync(shard.Port, "DBSIZE"), CultureInfo.InvariantCulture), 2, Times * asker.Questions);
    }

    [Fact]
    public async Task Asker_WithoutTheScript_SaysWhatRedisSaid()
    {
        using var asker = new Asker(new string('0', 40), limit: 10, questions: 1, inFlight: 1);
        await asker.ConnectAsync(shard.Port);

        asker.Put();

        var problem = Assert.Throws<InvalidOperationException>(asker.Take);

        Assert.Contains("NOSCRIPT", problem.Message, StringComparison.Ordinal);
    }
}
