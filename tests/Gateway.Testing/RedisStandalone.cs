namespace Gateway.Testing;

/// <summary>One redis-server, behind a relay when asked for.</summary>
public sealed class RedisStandalone : RedisDeployment
{
    private readonly RedisServer _server;
    private readonly TcpRelay? _relay;

    private RedisStandalone(RedisServer server, TcpRelay? relay)
    {
        _server = server;
        _relay = relay;
    }

    public override string Connection => _relay?.Connection ?? _server.Connection;

    public override IReadOnlyList<RedisServer> Servers => [_server];

    public override IReadOnlyList<TcpRelay> Relays => _relay is null ? [] : [_relay];

    public static async Task<RedisStandalone> StartAsync(bool relayed = false, params string[] arguments)
    {
        RedisServer server = await RedisServer.StartAsync(arguments);
        return new RedisStandalone(server, relayed ? new TcpRelay(server.Port) : null);
    }

    public override async ValueTask DisposeAsync() => await DisposeAllAsync([.. Relays, _server]);
}
