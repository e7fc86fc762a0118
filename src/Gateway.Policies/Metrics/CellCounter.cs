using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Gateway.Policies.Metrics;

/// <summary>
/// A counter for what happens on every request. An instrument's own <c>Add</c> looks its tags up each time; here whoever counts holds the
/// series, and the numbers are read when metrics are collected. Tags must be bounded: a series stays for as long as the process.
/// </summary>
public sealed class CellCounter
{
    private readonly ConcurrentDictionary<string, CounterCell> _cells = new(StringComparer.Ordinal);

    private CellCounter()
    {
    }

    /// <summary>Makes the counter and publishes it on <paramref name="meter"/>.</summary>
    public static CellCounter Create(Meter meter, string name, string unit, string description)
    {
        var counter = new CellCounter();
        meter.CreateObservableCounter(name, counter.Observe, unit, description);
        return counter;
    }

    /// <summary>The series with these tags: the same one for the same tags.</summary>
    public CounterCell Of(params KeyValuePair<string, object?>[] tags) =>
        _cells.GetOrAdd(string.Join('\n', tags.Select(static tag => $"{tag.Key}={tag.Value}")), static (_, made) => new CounterCell(made), tags);

    /// <summary>Series that have counted anything, as of any counter.</summary>
    private IEnumerable<Measurement<long>> Observe()
    {
        foreach ((_, CounterCell cell) in _cells)
        {
            if (cell.Value is > 0 and var counted)
            {
                yield return new Measurement<long>(counted, cell.Tags);
            }
        }
    }
}
