using System.Collections.Concurrent;
using StackExchange.Redis;

namespace Pipelines.Sockets.Unofficial.Tests.Load;

/// <summary>Callers that write and read values that name their caller and call, so that a reply to another shows at once.</summary>
/// <param name="client">What they share.</param>
/// <param name="mayLose">Whether the server may forget what was written, by being killed.</param>
internal sealed class Callers(ConnectionMultiplexer client, bool mayLose)
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(15);
    private volatile bool _stopping;
    private long _operations;
    private long _failures;
    private long _hung;

    public long Operations => Volatile.Read(ref _operations);

    /// <summary>Calls that failed as calls on a lost connection do.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>Calls that were neither answered nor failed by their deadline, which is beyond the client's own.</summary>
    public long Hung => Volatile.Read(ref _hung);

    /// <summary>Replies that are not the call's, and exceptions that a caller could not expect.</summary>
    public ConcurrentQueue<string> Wrong { get; } = [];

    public Task RunAsync(int count) => Task.WhenAll(Enumerable.Range(0, count).Select(id => Task.Run(() => CallAsync(id))));

    public void Stop() => _stopping = true;

    private async Task CallAsync(int id)
    {
        var random = new Random(id);
        for (int call = 0; !_stopping; call++)
        {
            try
            {
                await OneAsync(id, call, random);
                Interlocked.Increment(ref _operations);
            }
            catch (Exception ex) when (ex is RedisException or RedisTimeoutException)
            {
                Interlocked.Increment(ref _failures);
                await Task.Delay(20);
            }
            catch (TimeoutException)
            {
                Interlocked.Increment(ref _hung);
            }
            catch (Exception ex)
            {
                Wrong.Enqueue($"{ex}");
            }
        }
    }

    private Task OneAsync(int id, int call, Random random) => random.Next(20) switch
    {
        < 14 => StringAsync(id, call, random.Next(10) == 0 ? random.Next(20_000) : random.Next(200)),
        < 17 => NestedAsync(id, call),
        < 19 => HashAsync(id, call),
        _ => WideAsync(id),
    };

    private async Task StringAsync(int id, int call, int length)
    {
        IDatabase db = client.GetDatabase();
        string value = $"{id}:{call}:" + new string((char)('a' + (call % 26)), length);
        await db.StringSetAsync($"string:{id}", value).WaitAsync(s_deadline);
        RedisValue read = await db.StringGetAsync($"string:{id}").WaitAsync(s_deadline);
        if (!(mayLose && read.IsNull))
        {
            Check(value, read);
        }
    }

    private async Task NestedAsync(int id, int call)
    {
        RedisResult reply = await client.GetDatabase()
            .ScriptEvaluateAsync("return {KEYS[1], {ARGV[1], {ARGV[2]}}}", [$"nested:{id}"], [call, id]).WaitAsync(s_deadline);
        Check($"nested:{id}/{call}/{id}", $"{reply[0]}/{reply[1][0]}/{reply[1][1][0]}");
    }

    private async Task HashAsync(int id, int call)
    {
        IDatabase db = client.GetDatabase();
        await db.HashSetAsync($"hash:{id}", [new("id", id), new("call", call), new("sum", id + call)]).WaitAsync(s_deadline);
        HashEntry[] hash = await db.HashGetAllAsync($"hash:{id}").WaitAsync(s_deadline);
        if (!(mayLose && hash.Length == 0))
        {
            Check($"id {id} call {call} sum {id + call}", string.Join(' ', hash.Select(entry => $"{entry.Name} {entry.Value}")));
        }
    }

    private async Task WideAsync(int id)
    {
        RedisResult reply = await client.GetDatabase()
            .ScriptEvaluateAsync("local r = {} for i = 1, 900 do r[i] = ARGV[1] .. ':' .. i end return r", values: [id]).WaitAsync(s_deadline);
        string?[] items = (string?[])reply!;
        for (int i = 0; i < 900; i++)
        {
            Check($"{id}:{i + 1}", i < items.Length ? items[i] : null);
        }
    }

    private void Check(string expected, string? actual)
    {
        if (expected != actual)
        {
            Wrong.Enqueue($"Expected {expected[..Math.Min(60, expected.Length)]}, got {actual?[..Math.Min(60, actual.Length)]}");
        }
    }
}
