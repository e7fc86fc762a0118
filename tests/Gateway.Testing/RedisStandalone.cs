namespace Gateway.Testing;

/// <summary>One redis-server, behind a relay when asked for.</summary>
public sealed class RedisStandalone : RedisDeployment
{
    private readonly RedisServer _server;
    private readonly TcpRelay? _relay;
    private readonly RedisTls? _tls;

    private RedisStandalone(RedisServer server, TcpRelay? relay, RedisTls? tls)
    {
        _server = server;
        _relay = relay;
        _tls = tls;
    }

    public override string Connection => (_relay?.Connection ?? _server.Connection) + _tls?.Options;

    public override IReadOnlyList<RedisServer> Servers => [_server];

    public override IReadOnlyList<TcpRelay> Relays => _relay is null ? [] : [_relay];

    public static async Task<RedisStandalone> StartAsync(bool relayed = false, params string[] arguments)
    {
        RedisServer server = await RedisServer.StartAsync(arguments);
        return new RedisStandalone(server, relayed ? new TcpRelay(server.Port) : null, null);
    }

    /// <summary>Without a relay.</summary>
    public static async Task<RedisStandalone> StartAsync(RedisTls tls) => new(await RedisServer.StartAsync(_ => [], tls: tls), null, tls);

    public override async ValueTask DisposeAsync() => await DisposeAllAsync([.. Relays, _server]);
}
