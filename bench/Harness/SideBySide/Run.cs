using Harness.Measuring;
using Harness.Servers;
using Harness.SideBySide.Rows;

namespace Harness.SideBySide;

/// <summary>Row after row.</summary>
internal static class Run
{
    private static readonly IRow[] Rows =
    [
        LoadRows.Forward, LoadRows.Policies, LoadRows.HitFromMemory, new HitFromRedis(), LoadRows.Rejected, new RedisCalls(), new Rows.Growth(),
        new Memory(), new LargeBodies(), new StartUp(),
    ];

    public static Task<int> AllAsync(Options options) =>
        Stage.RunAsync(options, Machine.Interleaved(options, $"{Rounds.ManagedWarmUp} s (.NET; bare Kestrel 8, P2 up to 30, P7 8) or a round's time (others)"), async (site, report) =>
        {
            foreach (IRow row in Rows.Where(row => options.Wants(row.Id)))
            {
                // A Redis of its own for each row: what one left behind must not weigh on the next.
                await using Server redis = await Site.RedisAsync();
                await report.AddAsync(row.Id, () => row.MeasureAsync(site(redis), options));
            }
        });
}
