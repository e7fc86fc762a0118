using System.Text;

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

    public override string ToString() => _text.ToString();
}
