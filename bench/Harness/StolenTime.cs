using System.Globalization;

namespace Harness;

/// <summary>
/// What a virtual machine's host gave to others of its processors' time while this machine had work for them (Linux: <c>steal</c> of
/// <c>/proc/stat</c>). Figures taken while it is much say little.
/// </summary>
internal sealed class StolenTime
{
    private const string Times = "/proc/stat";
    private const int Idle = 3;
    private const int Waiting = 4;
    private const int Steal = 7;
    private readonly long[] _began = Read();

    /// <summary>The part of the wanted time that was not given since this was made; 0 where the system does not tell.</summary>
    public double Share()
    {
        long[] now = Read();
        if (now.Length <= Steal)
        {
            return 0;
        }

        long[] spent = [.. now.Select((ticks, i) => ticks - _began[i])];
        long wanted = spent[..(Steal + 1)].Sum() - spent[Idle] - spent[Waiting];
        return wanted == 0 ? 0 : spent[Steal] / (double)wanted;
    }

    /// <summary>In a sentence for a report.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"of the processor time that was wanted meanwhile the machine's host gave {Share():0.0%} to others");

    private static long[] Read() => File.Exists(Times)
        ? [.. File.ReadLines(Times).First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(static field => long.Parse(field, CultureInfo.InvariantCulture))]
        : [];
}
