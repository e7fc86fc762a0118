using Pipelines.Sockets.Unofficial.Tests.Support;
using StackExchange.Redis;

namespace Pipelines.Sockets.Unofficial.Tests.Redis;

/// <summary>Arrays in arrays, each a sequence of the arena inside an element of another.</summary>
public sealed class NestedReplyTests(SharedRedis redis)
{
    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Tree_OfAnyDepth_ComesBackWhole(Transport transport)
    {
        // Each inner node is its number and six nodes more; nodes are numbered in the order of the reply.
        const string Tree = """
            local n = 0
            local function tree(depth)
                n = n + 1
                if depth == 0 then return 'leaf ' .. n end
                local t = {n}
                for i = 1, 6 do t[#t + 1] = tree(depth - 1) end
                return t
            end
            return tree(tonumber(ARGV[1]))
            """;
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);
        IDatabase db = client.GetDatabase();
        for (int depth = 0; depth <= 5; depth++)
        {
            int number = 0;
            Verify(await db.ScriptEvaluateAsync(Tree, values: [depth]).InTime(), depth, ref number);
        }

        static void Verify(RedisResult node, int depth, ref int number)
        {
            number++;
            if (depth == 0)
            {
                Assert.Equal($"leaf {number}", (string?)node);
                return;
            }

            Assert.Equal((7, number), (node.Length, (int)node[0]));
            for (int i = 1; i < 7; i++)
            {
                Verify(node[i], depth - 1, ref number);
            }
        }
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Rows_Many_KeepTheirPartsAcrossBlocks(Transport transport)
    {
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);

        RedisResult rows = await client.GetDatabase().ScriptEvaluateAsync(
            "local r = {} for i = 0, 2999 do r[i + 1] = {i, {i * 2, tostring(i)}} end return r").InTime();

        Assert.Equal(3_000, rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            Assert.Equal((i, i * 2, $"{i}"), ((int)rows[i][0], (int)rows[i][1][0], (string?)rows[i][1][1]));
        }
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Script_LoadedThenForgotten_IsSentAgain(Transport transport)
    {
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);
        IDatabase db = client.GetDatabase();
        string script = $"return {{redis.call('INCRBY', KEYS[1], ARGV[1]), ARGV[2], false, {{1, '{transport}'}}}}";
        for (int i = 1; i <= 2; i++)
        {
            RedisResult result = await db.ScriptEvaluateAsync(script, [$"{transport}:script"], [3, "x"]).InTime();

            Assert.Equal((3 * i, "x", true, transport.ToString()), ((int)result[0], (string?)result[1], result[2].IsNull, (string?)result[3][1]));
            await client.GetServers()[0].ScriptFlushAsync().InTime();
        }
    }

    [Theory]
    [ClassData(typeof(EveryTransport))]
    public async Task Commands_Described_NestDeepAndManyShaped(Transport transport)
    {
        await using ConnectionMultiplexer client = await redis.ConnectAsync(transport);
        IServer server = client.GetServers()[0];

        RedisResult commands = await server.ExecuteAsync("COMMAND").InTime();
        RedisResult documents = await server.ExecuteAsync("COMMAND", "DOCS").InTime();

        Assert.True(commands.Length > 200);
        Assert.All((RedisResult[])commands!, command => Assert.False(string.IsNullOrEmpty((string?)command[0])));
        Assert.Equal(2 * commands.Length, documents.Length); // names and maps, over RESP2 and RESP3 alike
        Assert.True((await server.ConfigGetAsync("*").InTime()).Length > 100);
        Assert.False((await server.MemoryStatsAsync().InTime()).IsNull);
    }
}
