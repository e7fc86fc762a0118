using System.Text.Json.Nodes;
using Gateway.Policies.Rejections;

namespace Gateway.Admin.Endpoints;

/// <summary><c>GET /healthz/live</c>: the process runs. <c>GET /healthz/ready</c>: send traffic; 503 while starting and from shutdown on.</summary>
internal sealed class HealthEndpoints(Readiness readiness) : IAdminEndpoints
{
    public void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet("/healthz/live", context => AdminJson.WriteAsync(context, new JsonObject { ["status"] = "live" }));
        admin.MapGet("/healthz/ready", ReadyAsync);
    }

    private Task ReadyAsync(HttpContext context) => readiness.Missing() is { } missing
        ? ProblemWriter.WriteAsync(context, new Problem(503, "Not ready", Detail: missing))
        : AdminJson.WriteAsync(context, new JsonObject { ["status"] = "ready" });
}
