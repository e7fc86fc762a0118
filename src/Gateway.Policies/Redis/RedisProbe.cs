using StackExchange.Redis;

namespace Gateway.Policies.Redis;

/// <summary>Asks whether Redis can serve requests: every primary that serves keys answers, within the deadline a request would have.</summary>
/// <remarks>A circuit that closed on less would open again at once: a replica answers, a shard answers, a slow server answers in the end.</remarks>
internal sealed class RedisProbe(RedisConcern concern, RedisOptions options, TimeProvider time)
{
    private const int AddressField = 1;
    private const int FlagsField = 2;
    private const int SlotsField = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Returns when Redis is well, and throws what is wrong otherwise.</summary>
    /// <param name="connection">To ask over.</param>
    /// <param name="mustWrite">Also write: a replica, or a server out of memory, answers PING as well.</param>
    /// <param name="stopping">Ends it.</param>
    public async Task AskAsync(ConnectionMultiplexer connection, bool mustWrite, CancellationToken stopping)
    {
        IReadOnlyList<IServer> primaries = await PrimariesAsync(connection, stopping);
        await InTimeAsync(primaries.Count == 0 ? connection.GetDatabase().PingAsync(CommandFlags.DemandMaster) : AskAllAsync(primaries), stopping);
        if (mustWrite)
        {
            await InTimeAsync(
                connection.GetDatabase().StringSetAsync($"{options.KeyPrefix}probe:{concern}", 1, TimeSpan.FromSeconds(1), flags: CommandFlags.DemandMaster), stopping);
        }
    }

    private async Task InTimeAsync(Task call, CancellationToken stopping)
    {
        long began = time.GetTimestamp();
        call.Forget();
        await call.WaitAsync(Patience, time, stopping);
        if (time.GetElapsedTime(began) > options.Deadline)
        {
            throw new TimeoutException();
        }
    }

    /// <summary>A node answers PING also while it refuses every command on keys: after a restart, or cut off from the others.</summary>
    private static async Task AskAllAsync(IReadOnlyList<IServer> primaries)
    {
        RedisResult[] answers = await Task.WhenAll(primaries.Select(primary => primary.ExecuteAsync("CLUSTER", "INFO")));
        if (!Array.TrueForAll(answers, answer => $"{answer}".Contains("cluster_state:ok", StringComparison.Ordinal)))
        {
            throw new RedisServerException("CLUSTERDOWN The cluster is down");
        }
    }

    /// <summary>Those of a Cluster that serve slots; none where it is no Cluster. One that goes by another name here is not asked.</summary>
    private async Task<IReadOnlyList<IServer>> PrimariesAsync(ConnectionMultiplexer connection, CancellationToken stopping)
    {
        IServer[] known = connection.GetServers();
        if (Array.Find(known, server => server is { IsConnected: true, ServerType: ServerType.Cluster }) is not { } one)
        {
            return [];
        }

        Task<RedisResult> asked = one.ExecuteAsync("CLUSTER", "NODES");
        asked.Forget();
        string[] owners = OwnersOf($"{await asked.WaitAsync(Patience, time, stopping)}");
        IServer[] primaries = [.. known.Where(server => owners.Contains(RedisServers.NameOf(server.EndPoint)))];
        if (primaries.Length < owners.Length)
        {
            // No call is sent while the circuit is open, so nothing else would tell the client of a new node.
            connection.ConfigureAsync().Forget();
        }

        return primaries;
    }

    /// <summary>The addresses of the primaries that have slots: <c>id 127.0.0.1:7000@17000,host flags - 0 0 1 connected 0-5460</c>.</summary>
    private static string[] OwnersOf(string nodes) =>
    [
        .. nodes.Split('\n').Select(node => node.Split(' '))
            .Where(fields => fields.Length > SlotsField && fields[FlagsField].Contains("master", StringComparison.Ordinal))
            .Select(fields => fields[AddressField].Split('@')[0]),
    ];
}
