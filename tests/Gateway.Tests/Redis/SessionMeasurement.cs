using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Gateway.Testing;
using StackExchange.Redis;
using Xunit;

namespace Gateway.Tests.Redis;

/// <summary>
/// The figures of docs/sessions.md: how often 1,000 sessions are read under load (needs <c>wrk</c>), and how long a revocation through one
/// gateway takes to be in force at another, over HTTP. Run it alone.
/// </summary>
public sealed class SessionMeasurement(ITestOutputHelper output)
{
    private const int Sessions = 1000;
    private const int Rounds = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact(Explicit = true)]
    public async Task Reads_OfAThousandSessionsUnderLoad()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using Destination api = await Destination.StartAsync("ok");
        using var file = new RoutesFile(Settings(redis.Connection, api.Address));
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(file, "--set", "Logging:LogLevel:Gateway.Access=Warning");
        await using ConnectionMultiplexer client = await ConnectionMultiplexer.ConnectAsync(redis.Connection);
        string[] tokens = [.. Enumerable.Range(0, Sessions).Select(i => $"session-{i:0000}-of-the-measurement")];
        await Task.WhenAll(tokens.Select(token => client.GetDatabase().StringSetAsync($"session:{token}", """{"user_id":"u1"}""", TimeSpan.FromHours(1))));

        await WrkAsync(gateway.Address, tokens, "3s");
        long before = await ReadsAsync(redis);
        double requests = await WrkAsync(gateway.Address, tokens, "20s");
        long reads = await ReadsAsync(redis) - before;
        output.WriteLine($"{requests:0} requests in 20 s over {Sessions} sessions, {requests / 20:0} a second; {reads} reads of Redis: {reads / requests:0.0000} a request");
        Assert.InRange(reads / requests, 0, 0.05);
    }

    [Theory(Explicit = true)]
    [InlineData(0)]
    [InlineData(8)]
    public async Task Revocation_ThroughOneGateway_AtTheOther(int callers)
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using Destination api = await Destination.StartAsync("ok");
        using var file = new RoutesFile(Settings(redis.Connection, api.Address));
        await using GatewayProcess here = await GatewayProcess.StartAsync(file, "--set", "Logging:LogLevel:Gateway.Access=Warning");
        await using GatewayProcess there = await GatewayProcess.StartAsync(file, "--set", "Logging:LogLevel:Gateway.Access=Warning");
        await using ConnectionMultiplexer client = await ConnectionMultiplexer.ConnectAsync(redis.Connection);
        long heard = 0;
        await client.GetSubscriber().SubscribeAsync(
            RedisChannel.Literal("gw:sessions:changed"), (_, said) => Interlocked.Exchange(ref heard, $"{said}".Contains("session:", StringComparison.Ordinal) ? Stopwatch.GetTimestamp() : heard));
        using var admin = new HttpClient { BaseAddress = new Uri(here.Admin) };
        using var end = new CancellationTokenSource();
        Task[] load = [.. Enumerable.Range(0, callers).Select(i => CallAsync(i % 2 == 0 ? here : there, end.Token))];

        var (told, answered, inForce, one) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (int round = 0; round < Rounds; round++)
        {
            string token = $"revoked-{round}-{Guid.NewGuid():N}";
            await client.GetDatabase().StringSetAsync($"session:{token}", """{"user_id":"u1"}""", TimeSpan.FromHours(1));
            await Eventually.TrueAsync(async () => await AskAsync(there, token) == HttpStatusCode.OK, Patience);
            long asking = Stopwatch.GetTimestamp();
            Assert.Equal(HttpStatusCode.OK, await AskAsync(there, token));
            one.Add(Stopwatch.GetElapsedTime(asking).TotalMilliseconds);

            Interlocked.Exchange(ref heard, 0);
            long began = Stopwatch.GetTimestamp();
            Task<HttpResponseMessage> revoking = admin.DeleteAsync($"/api/sessions/{token}");
            Task<double> answering = revoking.ContinueWith(
                _ => Stopwatch.GetElapsedTime(began).TotalMilliseconds, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            while (await AskAsync(there, token) != HttpStatusCode.Unauthorized)
            {
                Assert.True(Stopwatch.GetElapsedTime(began) < Patience);
            }

            inForce.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            using HttpResponseMessage revoked = await revoking;
            Assert.True(revoked.IsSuccessStatusCode);
            answered.Add(await answering);
            await Eventually.TrueAsync(() => Interlocked.Read(ref heard) != 0, Patience);
            told.Add(Stopwatch.GetElapsedTime(began, Interlocked.Read(ref heard)).TotalMilliseconds);
        }

        await end.CancelAsync();
        await Task.WhenAll(load);
        output.WriteLine($"{callers} other callers; milliseconds from sending the DELETE, over {Rounds} revocations");
        Tell("heard by a subscriber of the test's own", told);
        Tell("DELETE answered", answered);
        Tell("401 at the other gateway", inForce);
        Tell("for comparison, one request there", one);
    }

    private void Tell(string what, List<double> took)
    {
        took.Sort();
        output.WriteLine($"{what}: median {took[took.Count / 2]:0.0}, 99 % {took[took.Count * 99 / 100]:0.0}, longest {took[^1]:0.0}");
    }

    private static async Task<HttpStatusCode> AskAsync(GatewayProcess gateway, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage response = await gateway.Client.SendAsync(request);
        return response.StatusCode;
    }

    private static async Task CallAsync(GatewayProcess gateway, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await AskAsync(gateway, "nobody");
        }
    }

    /// <summary>GETs that Redis has answered: sessions are the only strings that are read here.</summary>
    private static async Task<long> ReadsAsync(RedisServer redis) => (await redis.AskAsync("INFO commandstats")).Split("\r\n")
        .Where(line => line.StartsWith("cmdstat_get:", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.Split("calls=")[1].Split(',')[0], CultureInfo.InvariantCulture));

    private static async Task<double> WrkAsync(string url, string[] tokens, string duration)
    {
        string script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, $$"""
                local tokens = { {{string.Join(", ", tokens.Select(token => $"\"{token}\""))}} }
                local requests = {}
                local next = math.random(#tokens)
                init = function() for i, token in ipairs(tokens) do requests[i] = wrk.format("GET", "/", { Authorization = "Bearer " .. token, Host = "localhost" }) end end
                request = function() next = next % #tokens + 1 return requests[next] end
                """);
            using Process wrk = Process.Start(new ProcessStartInfo("wrk", ["-t2", "-c64", $"-d{duration}", "-s", script, url]) { RedirectStandardOutput = true })!;
            string said = await wrk.StandardOutput.ReadToEndAsync();
            await wrk.WaitForExitAsync();
            Assert.DoesNotContain("Non-2xx", said, StringComparison.Ordinal);
            return double.Parse(said.Split('\n').Single(line => line.Contains("requests in", StringComparison.Ordinal)).Trim().Split(' ')[0], CultureInfo.InvariantCulture);
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static string Settings(string redis, string api) => $$"""
        {
          "Gateway": { "Redis": { "Connection": "{{redis}}", "Deadline": "1s" }, "Sessions": { "default": {} } },
          "ReverseProxy": {
            "Routes": { "all": { "ClusterId": "api", "Match": { "Path": "/{**rest}" }, "Session": "default" } },
            "Clusters": { "api": { "Destinations": { "a": { "Address": "{{api}}" } } } }
          }
        }
        """;
}
