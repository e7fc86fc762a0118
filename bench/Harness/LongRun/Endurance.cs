using System.Globalization;
using System.Net;
using Harness.Measuring;
using Harness.Servers;

namespace Harness.LongRun;

/// <summary>A mixed load for minutes, with reloads all the time and Redis killed once.</summary>
internal static class Endurance
{
    private const int Callers = 24;
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromSeconds(30);

    public static Task<int> RunAsync(Options options)
    {
        TimeSpan length = TimeSpan.FromMinutes(options.Minutes);
        string how = string.Create(
            CultureInfo.InvariantCulture,
            $"{options.Minutes} minutes; {Callers} callers with a pause of 4 ms after each answer; a reload every 5 s; Redis, with an append-only file, killed for 5 s in the middle");
        return Stage.RunAsync(options, how, async (site, report) =>
        {
            await using RedisOutage redis = await RedisOutage.StartAsync();
            report.Add((await MeasureAsync(site(redis.Server), redis, length)).ToString());
        });
    }

    private static async Task<Table> MeasureAsync(Site site, RedisOutage redis, TimeSpan length)
    {
        await Seeding.SessionsAsync(site.RedisPort, Questions.Sessions);
        await using RunningGateway gateway = await site.RunGatewayAsync(
            Reloads.First(site), "gateway", "--set", "Gateway:CacheMemory=8MB", "--set", "Gateway:Redis:Deadline=500ms");
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(gateway.Server.Url) };
        await SeeSessionsAsync(client);
        var tally = new Tally();
        var reloads = new Reloads(gateway, site, client, tally);
        var observer = new Observer(gateway, tally, redis, length / 10 < LongestPeriod ? length / 10 : LongestPeriod);
        using var ending = new CancellationTokenSource(length);
        await Task.WhenAll(
            [
                reloads.RunAsync(ending.Token), observer.RunAsync(ending.Token), InTheMiddleAsync(redis, length),
                .. Enumerable.Range(1, Callers).Select(seed => new Caller(client, tally, redis, seed).RunAsync(ending.Token)),
            ]);
        return EnduranceTable.Of(observer.Moments, tally, reloads.Count);
    }

    /// <summary>A gateway knows, without Redis, the sessions that it has seen.</summary>
    private static async Task SeeSessionsAsync(HttpClient client)
    {
        for (int number = 0; number < Questions.Sessions; number++)
        {
            using HttpRequestMessage request = Questions.Session.Make(number);
            using HttpResponseMessage response = await client.SendAsync(request);
            response.EnsureSuccessStatusCode();
        }
    }

    private static async Task InTheMiddleAsync(RedisOutage redis, TimeSpan length)
    {
        await Task.Delay(length / 2);
        await redis.HappenAsync();
    }
}
