using System.Net;
using Harness.Measuring;

namespace Harness.LongRun;

/// <summary>What a long run has found, and whether it was flat.</summary>
internal static class EnduranceTable
{
    private const double MostGrowth = 1.10;
    private const double MostSlowing = 1.5;

    /// <summary>A partition of the tight limit may pass once, once more when Redis is lost, counted locally, and when it is back.</summary>
    private const int MostPasses = 4;

    public static Table Of(IReadOnlyList<Moment> moments, Tally tally, int reloads)
    {
        var table = new Table("Long run", "at s", "requests", "p50 ms", "p99 ms", "resident MB", "GC heap MB", "");
        foreach (Moment moment in moments)
        {
            table.Add(
                Table.Number(Math.Round(moment.Seconds)), $"{moment.Requests:#,0}", Table.Number(moment.P50), Table.Number(moment.P99),
                Table.Number(moment.ResidentMegabytes), Table.Number(moment.HeapMegabytes), moment.Disturbed ? "Redis away" : "");
        }

        table.Verdict(tally.Unexpected == 0, $"{tally.Total:#,0} requests, {reloads} reloads, {tally.Unexpected} answers that were not expected");
        foreach (string example in tally.Examples)
        {
            table.Note(example);
        }

        long passed = tally.Of(Questions.Tight, HttpStatusCode.OK);
        table.Verdict(passed <= MostPasses * Questions.TightKeys, $"{passed} requests passed the limit of 1 an hour, of {Questions.TightKeys} partitions");
        Judge(table, moments);
        foreach ((string question, int status, long count) in tally.Answers())
        {
            table.Note($"{question}: {count:#,0} × {status}");
        }

        return table;
    }

    /// <summary>The first third is warm-up: the second is compared with the last.</summary>
    private static void Judge(Table table, IReadOnlyList<Moment> moments)
    {
        Moment[] before = [.. moments.Skip(moments.Count / 3).Take(moments.Count / 3)];
        Moment[] after = [.. moments.Skip(moments.Count / 3 * 2)];
        if (before.Length == 0)
        {
            return;
        }

        double resident = Ratio(before, after, static moment => moment.ResidentMegabytes);
        double p99 = Ratio([.. before.Where(static moment => !moment.Disturbed)], [.. after.Where(static moment => !moment.Disturbed)], static moment => moment.P99);
        table.Verdict(resident <= MostGrowth, $"resident memory of the last third ≤ {MostGrowth:0.00} × the second's: {resident:0.00} ×; {Slope(moments, static moment => moment.ResidentMegabytes):0.0} MB a minute by least squares, its heap {Slope(moments, static moment => moment.HeapMegabytes):0.0}");
        table.Verdict(p99 <= MostSlowing, $"p99 of the last third ≤ {MostSlowing:0.00} × the second's, Redis being there: {p99:0.00} ×");
    }

    private static double Ratio(Moment[] before, Moment[] after, Func<Moment, double> figure) =>
        before.Length == 0 || after.Length == 0 ? 1 : Medians.Of(after.Select(figure)) / Medians.Of(before.Select(figure));

    /// <summary>Per minute, after the first third.</summary>
    private static double Slope(IReadOnlyList<Moment> moments, Func<Moment, double> figure)
    {
        Moment[] settled = [.. moments.Skip(moments.Count / 3)];
        double time = settled.Average(static moment => moment.Seconds / 60);
        double mean = settled.Average(figure);
        double spread = settled.Sum(moment => Math.Pow((moment.Seconds / 60) - time, 2));
        return spread == 0 ? 0 : settled.Sum(moment => ((moment.Seconds / 60) - time) * (figure(moment) - mean)) / spread;
    }
}
