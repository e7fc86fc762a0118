using System.Net.Sockets;
using System.Text;
using Harness.Measuring;

namespace Harness;

/// <summary>What a run has found so far: printed as it comes, written to a file at the end.</summary>
internal sealed class Report
{
    private readonly StringBuilder _text = new();

    public void Add(string part)
    {
        Console.WriteLine(part);
        _text.AppendLine(part);
    }

    /// <summary>Measures a part and adds it. One that cannot be measured says why and leaves the others alone.</summary>
    public async Task AddAsync(string name, Func<Task<Table>> measure)
    {
        try
        {
            Add((await measure()).ToString());
        }
        catch (Exception problem) when (problem is InvalidOperationException or HttpRequestException or TimeoutException or TaskCanceledException or SocketException)
        {
            Add($"### {name}\n\nNot measured: {problem.Message}\n");
        }
    }

    public override string ToString() => _text.ToString();
}
