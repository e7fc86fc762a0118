using Harness.Measuring;
using Harness.Servers;

namespace Harness.SideBySide.Rows;

/// <summary>A row whose contenders meet the same load; each figure beside the first contender's.</summary>
internal sealed class LoadRow(string id, string title, IReadOnlyList<Contender> contenders, IReadOnlyList<Goal> goals) : IRow
{
    public string Id => id;

    public async Task<Table> MeasureAsync(Site site, Options options)
    {
        Contender[] here = [.. contenders.Where(static contender => contender.IsHere)];
        IReadOnlyDictionary<string, Sample[]> samples = await Rounds.RunAsync(here, site, options);
        Sample[] reference = samples[here[0].Name];
        var table = new Table($"{id} {title}", "contender", "requests/s", "p50 µs", "p99 µs", "CPU µs each", $"÷ {here[0].Name}");
        foreach (Contender contender in here)
        {
            Sample[] own = samples[contender.Name];
            table.Add(
                contender.Name,
                Table.Number(Medians.Of(own.Select(static sample => sample.Rate))),
                Table.Number(Medians.Of(own.Select(static sample => sample.P50))),
                Table.Number(Medians.Of(own.Select(static sample => sample.P99))),
                Table.Number(Medians.Of(own.Select(static sample => sample.Cpu))),
                Table.Number(Medians.Ratio(own, reference, static sample => sample.Rate)));
        }

        foreach (Goal goal in goals.Where(goal => samples.ContainsKey(goal.Against)))
        {
            Judge(table, goal, samples[goal.Of], samples[goal.Against]);
        }

        return table;
    }

    private static void Judge(Table table, Goal goal, Sample[] of, Sample[] against)
    {
        double rate = Medians.Ratio(of, against, static sample => sample.Rate);
        table.Verdict(rate >= goal.AtLeast, $"{goal.Of} ≥ {Table.Number(goal.AtLeast)} × {goal.Against}: {Table.Number(rate)} ×");
        if (goal.P99AtMost is { } atMost)
        {
            double p99 = Medians.Ratio(of, against, static sample => sample.P99);
            table.Verdict(p99 <= atMost, $"its p99 ≤ {Table.Number(atMost)} × {goal.Against}: {Table.Number(p99)} ×");
        }
    }
}
