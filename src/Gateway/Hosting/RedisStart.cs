using Gateway.Policies.Redis;

namespace Gateway.Hosting;

/// <summary>Connects to Redis before the proxy listens; a Redis that is away is no error.</summary>
internal sealed class RedisStart(RedisConnections connections) : StartBeside
{
    protected override Task RunAsync() => connections.StartAsync();
}
