using System.Text.RegularExpressions;

namespace Gateway.Policies.Tests.Architecture;

/// <summary>One file: its path from the root, with slashes, and its lines.</summary>
internal sealed partial record SourceFile(string Path, IReadOnlyList<string> Lines)
{
    public string Name => Path[(Path.LastIndexOf('/') + 1)..^3];

    /// <summary>The lines without those that are only a comment.</summary>
    public IEnumerable<string> Code => Lines.Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal));

    public string? Namespace => Lines.Select(line => NamespaceLine().Match(line)).FirstOrDefault(match => match.Success)?.Groups[1].Value;

    /// <summary>Names of types that are in no other type: namespaces are file-scoped, so they begin at the margin.</summary>
    public IReadOnlyList<string> Types => [.. Lines.Select(line => TypeLine().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"^namespace ([\w.]+);")]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^(?:(?:public|internal|file|static|sealed|abstract|partial|readonly|ref|unsafe|delegate) )*(?:class|record struct|record|struct|interface|enum|delegate [\w<>?]+) (\w+)")]
    private static partial Regex TypeLine();
}
