using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Policies.Sessions.Streams;

/// <summary>A WebSocket over HTTP/2 (RFC 8441) that can be closed from here.</summary>
internal sealed class ClosableConnect(IHttpExtendedConnectFeature connect, LiveStream stream) : IHttpExtendedConnectFeature
{
    public bool IsExtendedConnect => connect.IsExtendedConnect;

    public string? Protocol => connect.Protocol;

    public async ValueTask<Stream> AcceptAsync() => stream.Open(await connect.AcceptAsync());
}
