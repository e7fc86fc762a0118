using System.Globalization;

namespace Gateway.Demo;

/// <summary>
/// A small API behind the shipped configuration's demo routes, so that the first request works with nothing else installed.
/// It listens on loopback, and only while <c>Gateway:DemoApi</c> names an address.
/// </summary>
internal sealed class DemoApi(string url, TimeProvider time) : IHostedService
{
    private WebApplication? _app;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        _app = builder.Build();
        Map(_app);
        await _app.StartAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is not null)
        {
            await _app.StopAsync(cancellationToken);
            await _app.DisposeAsync();
        }
    }

    private void Map(WebApplication app)
    {
        app.MapGet("/", (HttpResponse response) =>
        {
            response.Headers.CacheControl = "max-age=30";
            return Results.Text("""{"hello":"from the demo API behind the gateway","try":["/demo/catalog","/demo/time","/demo/limited","/demo/slow"]}""" + "\n", "application/json");
        });
        app.MapGet("/demo/catalog", (HttpResponse response) =>
        {
            response.Headers.CacheControl = "max-age=30";
            response.Headers.ETag = "\"catalog-1\"";
            return Results.Text("""{"products":[{"id":1,"name":"lamp"},{"id":2,"name":"chair"}],"made_at":"NOW"}""".Replace("NOW", Now(), StringComparison.Ordinal) + "\n", "application/json");
        });
        app.MapGet("/demo/time", (HttpResponse response) =>
        {
            response.Headers.CacheControl = "no-store";
            return Results.Text($$"""{"time":"{{Now()}}"}""" + "\n", "application/json");
        });
        app.MapGet("/demo/limited", () => Results.Text("""{"limited":true}""" + "\n", "application/json"));
        app.MapGet("/demo/slow", async (CancellationToken aborted) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), time, aborted);
            return Results.Text("""{"slow":true}""" + "\n", "application/json");
        });
        app.MapMethods("/demo/echo", ["GET", "POST", "PUT", "PATCH", "DELETE"], (HttpRequest request) =>
            Results.Json(request.Headers.ToDictionary(field => field.Key, field => field.Value.ToString())));
    }

    private string Now() => time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
}
