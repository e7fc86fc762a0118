using System.Text.Json.Nodes;
using Gateway.Configuration;
using Gateway.Configuration.Reload;
using Gateway.Configuration.Settings;

namespace Gateway.Admin.Endpoints;

/// <summary><c>GET /api/config</c>: the effective settings as one tree, secrets masked.</summary>
internal sealed class ConfigEndpoint(SnapshotSource source) : IAdminEndpoints
{
    public void Map(IEndpointRouteBuilder admin) => admin.MapGet("/api/config", context => AdminJson.WriteAsync(context, Describe(source.Current)));

    private static JsonObject Describe(GatewaySnapshot snapshot) => new()
    {
        ["revision"] = snapshot.Revision,
        ["fingerprint"] = snapshot.Fingerprint,
        ["settings"] = SettingsTree.Of(SecretSettings.Masked(snapshot.Settings)),
    };
}
