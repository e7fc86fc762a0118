using Gateway.Telemetry;

namespace Gateway.Admin.Endpoints;

/// <summary><c>GET /metrics</c> in Prometheus' text format 0.0.4.</summary>
internal sealed class MetricsEndpoint(PrometheusScrape scrape) : IAdminEndpoints
{
    public void Map(IEndpointRouteBuilder admin) => admin.MapGet("/metrics", ScrapeAsync);

    private async Task ScrapeAsync(HttpContext context)
    {
        string page = await scrape.CollectAsync(context.RequestAborted);
        context.Response.ContentType = PrometheusScrape.ContentType;
        await context.Response.WriteAsync(page, context.RequestAborted);
    }
}
