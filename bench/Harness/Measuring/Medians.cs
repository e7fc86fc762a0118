namespace Harness.Measuring;

/// <summary>Medians over rounds.</summary>
internal static class Medians
{
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The median of the rounds' own ratios: both of a pair ran within seconds of each other.</summary>
    public static double Ratio(Sample[] of, Sample[] against, Func<Sample, double> figure) =>
        Of(of.Zip(against, (mine, theirs) => figure(mine) / figure(theirs)));
}
