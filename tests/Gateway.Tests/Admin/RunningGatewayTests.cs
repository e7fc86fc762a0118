using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Testing;
using Gateway.Tests.Telemetry;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Tests.Admin;

public sealed class RunningGatewayTests
{
    private const string Secret = "hunter2-planted";

    [Fact]
    public async Task Traffic_OnARunningGateway_IsInMetricsAndInTheJsonLog()
    {
        await using Destination api = await Destination.StartAsync(context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            return context.Response.WriteAsync("hello");
        });
        using var file = new RoutesFile(AdminHost.Json.Replace("http://127.0.0.1:9/", api.Address, StringComparison.Ordinal));
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(file, "--log", "json");
        using var admin = new HttpClient { BaseAddress = new Uri(gateway.Admin) };

        await SendAsync(gateway, $"/catalog/7?token={Secret}");
        await SendAsync(gateway, $"/catalog/7?token={Secret}");
        await SendAsync(gateway, "/orders/7");
        await SendAsync(gateway, "/nowhere");
        var page = PrometheusPage.Parse(await admin.GetStringAsync("/metrics"));
        string[] log = await LogAsync(gateway, lines => lines.Count(line => line.Contains("Gateway.Access", StringComparison.Ordinal)) >= 4);

        Assert.Equal(2, page.Value("gateway_requests_total", ("route", "catalog"), ("status", "2xx")));
        Assert.Equal(1, page.Value("gateway_requests_total", ("route", "orders"), ("status", "4xx")));
        Assert.Equal(1, page.Value("gateway_requests_total", ("route", "none"), ("status", "4xx")));
        Assert.Equal(1, page.Value("gateway_forward_duration_seconds_count", ("route", "catalog")));
        Assert.Equal(1, page.Value("gateway_config_revision"));
        Assert.Equal(1, page.Value("gateway_config_last_reload_success"));
        Assert.All(
            ["gateway_ratelimit_decisions_total", "gateway_cache_requests_total", "gateway_sessions_validations_total", "kestrel_active_connections"],
            name => Assert.Contains(name, page.Kinds.Keys));
        Assert.All(log, line => Assert.NotNull(JsonNode.Parse(line)!["time"]));
        JsonNode hit = Access(log, "/catalog/7").Last();
        Assert.Equal("hit", (string)hit["cache"]!);
        Assert.Equal("admitted", (string)hit["rateLimit"]!);
        Assert.Equal("missing", (string)Access(log, "/orders/7").Single()["session"]!);
        Assert.DoesNotContain(Secret, gateway.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AdminPortTaken_Exits1NamingAddressAndSetting()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
        using var file = new RoutesFile(AdminHost.Json);

        (int exit, _, string error) = await GatewayProcess.RunAsync("--config", file.Path, "--urls", "http://127.0.0.1:0", "--admin-urls", url);

        Assert.Equal(1, exit);
        Assert.Contains(url, error, StringComparison.Ordinal);
        Assert.Contains("Gateway:Admin:Urls", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Otlp_EndpointSet_ReceivesMetricsAndTracesWithoutQueries()
    {
        var received = new System.Collections.Concurrent.ConcurrentDictionary<string, string>();
        await using Destination collector = await Destination.StartAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            string text = Encoding.Latin1.GetString(body.ToArray());
            received.AddOrUpdate(context.Request.Path, text, (_, before) => before + text);
        });
        await using Destination api = await Destination.StartAsync("hello");
        using var file = new RoutesFile(AdminHost.Json.Replace("http://127.0.0.1:9/", api.Address, StringComparison.Ordinal));
        string address = $"http://127.0.0.1:{FreePort.Next()}";
        using Process gateway = Start(file, address, collector.Address);
        try
        {
            await GetAsync($"{address}/catalog/7?token={Secret}");
            await UntilAsync(() => received.GetValueOrDefault("/v1/metrics")?.Contains("gateway.requests", StringComparison.Ordinal) is true
                && received.GetValueOrDefault("/v1/traces")?.Contains("/catalog/7", StringComparison.Ordinal) is true);
        }
        finally
        {
            gateway.Kill();
            await gateway.WaitForExitAsync();
        }

        Assert.DoesNotContain(Secret, string.Concat(received.Values), StringComparison.Ordinal);
    }

    private static Process Start(RoutesFile file, string address, string collector)
    {
        string executable = Path.Combine(AppContext.BaseDirectory, "Gateway.dll");
        var start = new ProcessStartInfo("dotnet", [executable, "--config", file.Path, "--urls", address, "--admin-urls", $"http://127.0.0.1:{FreePort.Next()}"])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "300",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            },
        };
        Process process = Process.Start(start)!;
        process.BeginOutputReadLine();
        return process;
    }

    private static async Task GetAsync(string url)
    {
        using var client = new HttpClient();
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                using HttpResponseMessage answer = await client.GetAsync(url);
                return;
            }
            catch (HttpRequestException) when (attempt < 200)
            {
                await Task.Delay(50);
            }
        }
    }

    private static async Task SendAsync(GatewayProcess gateway, string path)
    {
        using HttpResponseMessage answer = await gateway.Client.GetAsync(path);
    }

    private static IEnumerable<JsonNode> Access(string[] log, string path) =>
        log.Select(line => JsonNode.Parse(line)!).Where(entry => (string?)entry["path"] == path);

    private static async Task<string[]> LogAsync(GatewayProcess gateway, Func<string[], bool> complete)
    {
        string[] Lines() => gateway.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        await UntilAsync(() => complete(Lines()));
        return Lines();
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (int attempt = 0; attempt < 1000; attempt++)
        {
            if (condition())
            {
                return;
            }

            await Task.Delay(20);
        }

        throw new TimeoutException("What was waited for did not come.");
    }
}
