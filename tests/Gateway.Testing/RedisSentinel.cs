namespace Gateway.Testing;

/// <summary>A primary, a replica, and Sentinels that watch them and choose the primary.</summary>
public sealed class RedisSentinel : RedisDeployment
{
    /// <summary>The name the Sentinels know the primary by.</summary>
    public const string ServiceName = "gateway";

    private readonly RedisServer _first;
    private readonly RedisServer _second;
    private readonly IReadOnlyList<TcpRelay> _relays;
    private readonly IReadOnlyList<RedisServer> _sentinels;
    private readonly RedisTls? _tls;

    private RedisSentinel(RedisServer first, RedisServer second, IReadOnlyList<TcpRelay> relays, IReadOnlyList<RedisServer> sentinels, RedisTls? tls)
    {
        _tls = tls;
        _first = first;
        _second = second;
        _relays = relays;
        _sentinels = sentinels;
    }

    public override string Connection => $"{string.Join(',', _sentinels.Select(sentinel => sentinel.Connection))},serviceName={ServiceName}{_tls?.Options}";

    /// <summary>The first primary, then its replica.</summary>
    public override IReadOnlyList<RedisServer> Servers => [_first, _second];

    public override IReadOnlyList<TcpRelay> Relays => _relays;

    public IReadOnlyList<RedisServer> Sentinels => _sentinels;

    /// <summary>Returns once the Sentinels know each other and the replica is in step.</summary>
    /// <param name="sentinels">1 or more; the majority decides.</param>
    /// <param name="relayed">Clients, Sentinels and the replica come to the servers through a <see cref="TcpRelay"/> each.</param>
    /// <param name="downAfter">Silence after which a Sentinel takes a server for down.</param>
    /// <param name="tls">For clients, the servers and the Sentinels, which have the same user.</param>
    /// <param name="arguments">More redis-server arguments for primary and replica.</param>
    public static async Task<RedisSentinel> StartAsync(int sentinels = 3, bool relayed = false, TimeSpan? downAfter = null, RedisTls? tls = null, params string[] arguments)
    {
        int[] shown = relayed ? [FreePort.Next(), FreePort.Next()] : [0, 0];
        RedisServer first = await StartAsync(shown[0], tls, arguments);
        TcpRelay[] relays = relayed ? [new TcpRelay(first.Port, shown[0])] : [];
        int primary = relayed ? shown[0] : first.Port;
        RedisServer second = await StartAsync(shown[1], tls, ["--replicaof", "127.0.0.1", $"{primary}", .. arguments]);
        relays = relayed ? [.. relays, new TcpRelay(second.Port, shown[1])] : [];
        string configuration = $"""
            sentinel monitor {ServiceName} 127.0.0.1 {primary} {(sentinels / 2) + 1}
            sentinel down-after-milliseconds {ServiceName} {(downAfter ?? TimeSpan.FromSeconds(1)).TotalMilliseconds}
            sentinel failover-timeout {ServiceName} 3000
            {(tls is null ? "" : $"""
            sentinel auth-user {ServiceName} {RedisTls.User}
            sentinel auth-pass {ServiceName} {tls.Password}
            sentinel sentinel-user {RedisTls.User}
            sentinel sentinel-pass {tls.Password}
            """)}

            """;
        RedisServer[] watchers = await Task.WhenAll(Enumerable.Range(0, sentinels).Select(_ => RedisServer.StartAsync(_ => ["--sentinel"], configuration, tls)));
        var deployment = new RedisSentinel(first, second, relays, watchers, tls);
        await Eventually.TrueAsync(deployment.IsWellAsync, TimeSpan.FromSeconds(60), "Sentinels that know each other and a replica in step");
        return deployment;
    }

    /// <summary>Whom the Sentinels take for the primary now.</summary>
    public async Task<RedisServer> PrimaryAsync()
    {
        string address = await _sentinels[0].AskAsync($"SENTINEL GET-MASTER-ADDR-BY-NAME {ServiceName}");
        int port = int.Parse(address.Split('\n')[1], System.Globalization.CultureInfo.InvariantCulture);
        int relay = _relays.ToList().FindIndex(relay => relay.Port == port);
        return relay >= 0 ? Servers[relay] : Servers.Single(server => server.Port == port);
    }

    /// <summary>Has the Sentinels swap primary and replica, and waits until they have.</summary>
    public async Task FailOverAsync()
    {
        RedisServer before = await PrimaryAsync();
        await _sentinels[0].AskAsync($"SENTINEL FAILOVER {ServiceName}");
        await UntilPrimaryIsNotAsync(before);
    }

    /// <summary>Waits until the Sentinels have chosen another primary, and that it says so itself.</summary>
    public Task UntilPrimaryIsNotAsync(RedisServer before) => Eventually.TrueAsync(
        async () => await PrimaryAsync() is { } now && now != before && (await now.AskAsync("ROLE")).StartsWith("master", StringComparison.Ordinal),
        TimeSpan.FromSeconds(60),
        "another primary");

    public override async ValueTask DisposeAsync() => await DisposeAllAsync([.. _sentinels, .. _relays, _second, _first]);

    private static Task<RedisServer> StartAsync(int announced, RedisTls? tls, string[] arguments) => RedisServer.StartAsync(tls: tls, arguments: _ =>
    [
        "--repl-diskless-sync-delay", "0", "--replica-announce-ip", "127.0.0.1",
        .. announced > 0 ? (string[])["--replica-announce-port", $"{announced}"] : [], .. arguments,
    ]);

    private async Task<bool> IsWellAsync()
    {
        foreach (RedisServer sentinel in _sentinels)
        {
            string known = await sentinel.AskAsync("INFO sentinel");
            if (!known.Contains($"status=ok,address=127.0.0.1:{(_relays.Count > 0 ? _relays[0].Port : _first.Port)},slaves=1,sentinels={_sentinels.Count}", StringComparison.Ordinal))
            {
                return false;
            }
        }

        return (await _second.AskAsync("INFO replication")).Contains("master_link_status:up", StringComparison.Ordinal);
    }
}
