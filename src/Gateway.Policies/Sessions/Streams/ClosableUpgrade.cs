using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Policies.Sessions.Streams;

/// <summary>The upgrade of an HTTP/1.1 request to a WebSocket that can be closed from here.</summary>
internal sealed class ClosableUpgrade(IHttpUpgradeFeature upgrade, LiveStream stream) : IHttpUpgradeFeature
{
    public bool IsUpgradableRequest => upgrade.IsUpgradableRequest;

    public async Task<Stream> UpgradeAsync() => stream.Open(await upgrade.UpgradeAsync());
}
