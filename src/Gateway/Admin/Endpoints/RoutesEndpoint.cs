using System.Text.Json.Nodes;
using Gateway.Admin.Explain;
using Gateway.Configuration;
using Gateway.Configuration.Reload;

namespace Gateway.Admin.Endpoints;

/// <summary><c>GET /api/routes</c>: every route with its match, cluster and policies.</summary>
internal sealed class RoutesEndpoint(SnapshotSource source) : IAdminEndpoints
{
    public void Map(IEndpointRouteBuilder admin) => admin.MapGet("/api/routes", context => AdminJson.WriteAsync(context, Describe(source.Current)));

    private static JsonObject Describe(GatewaySnapshot snapshot) => new()
    {
        ["revision"] = snapshot.Revision,
        ["routes"] = new JsonArray([.. snapshot.Routes.Select(route => RouteSummary.Of(route, snapshot.Policies.GetValueOrDefault(route.RouteId)))]),
    };
}
