using System.Net.Sockets;
using System.Text;
using Harness.Measuring;

namespace Harness;

/// <summary>What a run has found so far: printed as it comes, written to a file at the end.</summary>
internal sealed class Report
{
    /// <summary>More of its time taken away tells on figures.</summary>
    private const double Disturbing = 0.02;

    private readonly StringBuilder _text = new();

    public void Add(string part)
    {
        Console.WriteLine(part);
        _text.AppendLine(part);
    }

    /// <summary>Measures a part and adds it. One that cannot be measured says why and leaves the others alone.</summary>
    public async Task AddAsync(string name, Func<Task<Table>> measure)
    {
        var stolen = new StolenTime();
        try
        {
            string table = (await measure()).ToString();
            Add(stolen.Share() < Disturbing ? table : $"{table.TrimEnd()}\n- Disturbed: {stolen}\n");
        }
        catch (Exception problem) when (problem is InvalidOperationException or HttpRequestException or TimeoutException or TaskCanceledException or SocketException)
        {
            Add($"### {name}\n\nNot measured: {problem.Message} ({stolen})\n");
        }
    }

    public override string ToString() => _text.ToString();
}
