using Harness.Measuring;
using Harness.Servers;

namespace Harness.SideBySide.Rows;

/// <summary>P8: resident memory of an idle gateway, and after load. What a partition takes, the tests measure.</summary>
internal sealed class Memory : IRow
{
    private const double IdleMegabytes = 80;

    public string Id => "P8";

    public async Task<Table> MeasureAsync(Site site, Options options)
    {
        await using Server gateway = await LoadRows.PoliciesAsync(site);
        var load = new Load("/nostore", Keys: 100, Sessions: 100);
        var table = new Table("P8 memory", "moment", "resident MB");
        double idle = Megabytes(gateway);
        table.Add("idle after start (limits, sessions and cache on Redis)", Table.Number(idle));
        for (int round = 1; round <= options.Rounds; round++)
        {
            await Wrk.RunAsync(gateway, load, options.Seconds, round);
            table.Add($"after {round * options.Seconds} s of load", Table.Number(Megabytes(gateway)));
        }

        table.Verdict(idle <= IdleMegabytes, $"idle ≤ {IdleMegabytes} MB: {Table.Number(idle)} MB");
        return table;
    }

    private static double Megabytes(Server server) => server.ResidentBytes() / 1048576.0;
}
