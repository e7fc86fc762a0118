using System.Net;
using System.Net.Sockets;
using Gateway.Policies.Threading;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace Gateway.Policies.Redis;

/// <summary>Has the client go on on the pool once a connection stands, and read TLS there: its own code may block (<see cref="PoolThread"/>).</summary>
/// <param name="tls">True: the connection is encrypted.</param>
internal sealed class RedisEntrance(bool tls) : Tunnel
{
    public override async ValueTask<Stream?> BeforeAuthenticateAsync(
        EndPoint endpoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken)
    {
        await PoolThread.EnterAsync();
        return tls && socket is not null ? new PooledReads(new NetworkStream(socket)) : null;
    }
}
