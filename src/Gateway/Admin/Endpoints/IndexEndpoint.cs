using System.Text.Json.Nodes;
using Gateway.Telemetry;

namespace Gateway.Admin.Endpoints;

/// <summary><c>GET /</c>: what there is.</summary>
internal sealed class IndexEndpoint : IAdminEndpoints
{
    public void Map(IEndpointRouteBuilder admin) => admin.MapGet("/", context => AdminJson.WriteAsync(context, Describe(admin)));

    private static JsonObject Describe(IEndpointRouteBuilder admin)
    {
        IEnumerable<RouteEndpoint> endpoints = admin.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();
        var lines = endpoints
            .SelectMany(endpoint => endpoint.Metadata.OfType<IHttpMethodMetadata>().SelectMany(methods => methods.HttpMethods)
                .Select(method => $"{method} {endpoint.RoutePattern.RawText}"))
            .Order(StringComparer.Ordinal);
        return new JsonObject { ["gateway"] = GatewayVersion.Text, ["endpoints"] = new JsonArray([.. lines.Select(line => JsonValue.Create(line))]) };
    }
}
