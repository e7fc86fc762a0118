using System.Globalization;

namespace Gateway.Testing;

/// <summary>A Redis Cluster on loopback: primaries that share the slots, each with as many replicas as asked for.</summary>
public sealed class RedisCluster : RedisDeployment
{
    private const int Slots = 16384;
    private readonly List<RedisServer> _servers = [];
    private readonly List<TcpRelay> _relays = [];
    private readonly int _primaries;
    private readonly RedisTls? _tls;

    private RedisCluster(int primaries, RedisTls? tls)
    {
        _primaries = primaries;
        _tls = tls;
    }

    public override string Connection =>
        string.Join(',', _relays.Count > 0 ? _relays.Select(relay => relay.Connection) : _servers.Select(server => server.Connection)) + _tls?.Options;

    /// <summary>The primaries as they were at the start, then the replicas: the first's first.</summary>
    public override IReadOnlyList<RedisServer> Servers => _servers;

    public override IReadOnlyList<TcpRelay> Relays => _relays;

    /// <summary>Returns once every node says that the cluster is well; takes about 2 to 3 s, Redis's own pause.</summary>
    /// <param name="primaries">3 or more, for a failover needs a majority of them.</param>
    /// <param name="replicas">Of each primary.</param>
    /// <param name="relayed">Clients are told to come through a <see cref="TcpRelay"/> for each node.</param>
    /// <param name="tls">For clients and between the nodes.</param>
    /// <param name="arguments">More redis-server arguments for every node.</param>
    public static async Task<RedisCluster> StartAsync(int primaries = 3, int replicas = 0, bool relayed = false, RedisTls? tls = null, params string[] arguments)
    {
        var cluster = new RedisCluster(primaries, tls);
        await Task.WhenAll(Enumerable.Range(0, primaries * (1 + replicas)).Select(_ => cluster.AddAsync(relayed, arguments)));
        await cluster.JoinAsync(replicas);
        return cluster;
    }

    /// <summary>The id by which the nodes know each other.</summary>
    public static Task<string> IdAsync(RedisServer node) => node.AskAsync("CLUSTER MYID");

    /// <summary>The slot of a key.</summary>
    public async Task<int> SlotOfAsync(string key) => int.Parse(await _servers.First(server => server.IsRunning).AskAsync($"CLUSTER KEYSLOT {key}"), CultureInfo.InvariantCulture);

    /// <summary>The primary that serves a key now.</summary>
    public async Task<RedisServer> OwnerAsync(string key) =>
        await FindOwnerAsync(key) ?? throw new InvalidOperationException($"No primary serves the slot of {key}.");

    /// <summary>Waits until a replica has taken over the slot of a key, and all nodes agree.</summary>
    public async Task UntilOwnerIsNotAsync(RedisServer before, string key)
    {
        await Eventually.TrueAsync(async () => await FindOwnerAsync(key) is { } now && now != before, TimeSpan.FromSeconds(60), "another primary for the slot");
        await UntilWellAsync();
    }

    /// <summary>Moves a slot with its keys from one primary to another, as resharding does; clients meet ASK, then MOVED.</summary>
    public async Task MoveSlotAsync(int slot, RedisServer from, RedisServer to)
    {
        (string source, string target) = (await IdAsync(from), await IdAsync(to));
        await to.AskAsync($"CLUSTER SETSLOT {slot} IMPORTING {source}");
        await from.AskAsync($"CLUSTER SETSLOT {slot} MIGRATING {target}");
        while ((await from.AskAsync($"CLUSTER GETKEYSINSLOT {slot} 100")).Split('\n', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } keys)
        {
            await from.AskAsync($"MIGRATE 127.0.0.1 {to.Port} \"\" 0 5000 KEYS {string.Join(' ', keys)}");
        }

        foreach (RedisServer node in _servers[.._primaries].OrderByDescending(node => node == to))
        {
            await node.AskAsync($"CLUSTER SETSLOT {slot} NODE {target}");
        }
    }

    /// <summary>Makes a replica the primary of its slots, in order: nothing is lost.</summary>
    public static async Task FailOverAsync(RedisServer replica)
    {
        await replica.AskAsync("CLUSTER FAILOVER");
        await Eventually.TrueAsync(async () => (await replica.AskAsync("ROLE")).StartsWith("master", StringComparison.Ordinal));
    }

    /// <summary>Waits until every node that runs says that all slots are served.</summary>
    public Task UntilWellAsync() => Eventually.TrueAsync(
        async () => (await Task.WhenAll(_servers.Select(IsWellAsync))).All(well => well), TimeSpan.FromSeconds(60), "a cluster that is well");

    public override async ValueTask DisposeAsync() => await DisposeAllAsync([.. _relays, .. _servers]);

    private async Task AddAsync(bool relayed, string[] arguments)
    {
        int relayPort = relayed ? FreePort.Next() : 0;
        RedisServer server = await RedisServer.StartAsync(tls: _tls, arguments: server =>
        [
            "--cluster-enabled", "yes", "--cluster-port", $"{BusPort(server)}", "--cluster-announce-ip", "127.0.0.1", "--cluster-node-timeout", "2000",
            "--repl-diskless-sync-delay", "0", .. _tls is null ? (string[])[] : ["--tls-cluster", "yes"], .. relayed ? (string[])["--cluster-announce-port", $"{relayPort}"] : [], .. arguments,
        ]);
        lock (_servers)
        {
            _servers.Add(server);
            if (relayed)
            {
                _relays.Add(new TcpRelay(server.Port, relayPort));
            }
        }
    }

    private async Task<RedisServer?> FindOwnerAsync(string key)
    {
        int slot = await SlotOfAsync(key);
        foreach (RedisServer server in _servers.Where(server => server.IsRunning))
        {
            string self = (await server.AskAsync("CLUSTER NODES")).Split('\n').Single(line => line.Contains("myself", StringComparison.Ordinal));
            if (self.Split(' ')[8..].Any(range => Holds(range, slot)))
            {
                return server;
            }
        }

        return null;
    }

    /// <summary><c>5</c> or <c>0-5460</c>; a slot that moves stands in brackets.</summary>
    private static bool Holds(string range, int slot)
    {
        int[] ends = range.StartsWith('[') ? [-1] : [.. range.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture))];
        return slot >= ends[0] && slot <= ends[^1];
    }

    /// <summary>The default, 10,000 above, may be the port of another server, or of an outgoing connection.</summary>
    private static int BusPort(RedisServer server) => FreePort.PartnerOf(server.Port);

    private async Task JoinAsync(int replicas)
    {
        for (int i = 0; i < _servers.Count; i++)
        {
            await _servers[i].AskAsync($"CLUSTER SET-CONFIG-EPOCH {i + 1}");
            if (i < _primaries)
            {
                await _servers[i].AskAsync($"CLUSTER ADDSLOTSRANGE {Slots * i / _primaries} {(Slots * (i + 1) / _primaries) - 1}");
            }

            await _servers[0].AskAsync($"CLUSTER MEET 127.0.0.1 {_servers[i].Port} {BusPort(_servers[i])}");
        }

        await UntilWellAsync();
        for (int i = _primaries; i < _servers.Count; i++)
        {
            await _servers[i].AskAsync($"CLUSTER REPLICATE {await IdAsync(_servers[(i - _primaries) / replicas])}");
        }

        await Task.WhenAll(_servers[_primaries..].Select(replica => Eventually.TrueAsync(
            async () => (await replica.AskAsync("INFO replication")).Contains("master_link_status:up", StringComparison.Ordinal), TimeSpan.FromSeconds(60), "a replica in step")));
    }

    private async Task<bool> IsWellAsync(RedisServer server)
    {
        if (!server.IsRunning)
        {
            return true;
        }

        string info = await server.AskAsync("CLUSTER INFO");
        return info.Contains("cluster_state:ok", StringComparison.Ordinal) && info.Contains($"cluster_known_nodes:{_servers.Count}", StringComparison.Ordinal);
    }
}
