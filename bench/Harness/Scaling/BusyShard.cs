using System.Diagnostics;
using System.Globalization;
using Gateway.Policies.RateLimiting.Redis;
using Harness.Measuring;
using Harness.Servers;

namespace Harness.Scaling;

/// <summary>
/// What a question costs a primary that has much to do, which gateways on the same machine cannot bring about: only the calls come, from
/// as many connections as there would be gateways. And what it costs when several come in a call.
/// </summary>
internal static class BusyShard
{
    private const int Gateways = 10;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(0.5);
    private const long LogLimit = 5_000;
    private const long SubWindowsLimit = 1_000_000;

    /// <summary>Each call comes alone on its connection: as at a primary that is busy, but has no queue.</summary>
    private static readonly (int Questions, int InFlight) Alone = (1, 1);

    private static readonly (int Questions, int InFlight)[] Ways = [Alone, (1, 8), (4, 1), (16, 1)];

    /// <summary>The price of a question that comes alone, by moments and in sub-windows.</summary>
    public static async Task<(double Log, double SubWindows, Table Table)> MeasureAsync(Options options)
    {
        await using RedisCluster shard = await RedisCluster.StartAsync(1);
        int port = shard.Shards[0].Port;
        string sha = await Seeding.LoadScriptAsync(port, PermitScripts.Acquire.Text);
        var rounds = new Dictionary<(long Limit, int Questions, int InFlight), List<(double Each, double Busy)>>();
        for (int round = 0; round <= options.Rounds; round++)
        {
            foreach (long limit in (long[])[LogLimit, SubWindowsLimit])
            {
                foreach ((int questions, int inFlight) in Ways)
                {
                    (double Each, double Busy) found = await AskAsync(port, () => new Asker(sha, limit, questions, inFlight));
                    if (round > 0)
                    {
                        rounds.TryAdd((limit, questions, inFlight), []);
                        rounds[(limit, questions, inFlight)].Add(found);
                    }
                }
            }
        }

        double Each(long limit) => Lowest(rounds[(limit, Alone.Questions, Alone.InFlight)]).Each;
        return (Each(LogLimit), Each(SubWindowsLimit), TableOf(rounds));
    }

    /// <summary>The round that cost least: what else the machine does only adds.</summary>
    private static (double Each, double Busy) Lowest(List<(double Each, double Busy)> rounds) => rounds.MinBy(static round => round.Each);

    private static Table TableOf(Dictionary<(long Limit, int Questions, int InFlight), List<(double Each, double Busy)>> rounds)
    {
        var table = new Table(
            $"A question for permits on a busy primary, from {Gateways} connections", "limit", "questions a call", "calls in flight on each", "busy", "µs of its thread a question");
        foreach (((long limit, int questions, int inFlight), List<(double Each, double Busy)> found) in rounds)
        {
            table.Add(
                limit == LogLimit ? "by moments" : "sub-windows", $"{questions}", $"{inFlight}",
                Lowest(found).Busy.ToString("0 %", CultureInfo.InvariantCulture), Table.Number(Lowest(found).Each));
        }

        return table;
    }

    private static async Task<(double Each, double Busy)> AskAsync(int port, Func<Asker> ask)
    {
        Asker[] askers = [.. Enumerable.Range(0, Gateways).Select(_ => ask())];
        try
        {
            await Task.WhenAll(askers.Select(asker => asker.ConnectAsync(port)));
            RedisCounts before = await RedisNode.CountAsync(port);
            long begun = Stopwatch.GetTimestamp();
            double asked = Ask(askers);
            double elapsed = Stopwatch.GetElapsedTime(begun).TotalMicroseconds;
            double used = (await RedisNode.CountAsync(port) - before).Microseconds;
            return (used / asked, used / elapsed);
        }
        finally
        {
            foreach (Asker asker in askers)
            {
                asker.Dispose();
            }
        }
    }

    /// <summary>How many questions were answered.</summary>
    private static double Ask(Asker[] askers)
    {
        double asked = 0;
        for (long begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < Time; asked += askers.Sum(static asker => asker.Questions))
        {
            foreach (Asker asker in askers)
            {
                asker.Put();
            }

            foreach (Asker asker in askers)
            {
                asker.Take();
            }
        }

        return asked;
    }
}
