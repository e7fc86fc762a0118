using Xunit;

namespace Gateway.Policies.Tests.Architecture;

/// <summary>A file is found by its name, says one thing and can be read at one sitting.</summary>
public sealed class ReadableSourceTests
{
    private const int LongestFile = 300;

    /// <summary>Files that may be longer, each with the reason.</summary>
    private static readonly Dictionary<string, string> LongFiles = [];

    [Fact]
    public void Files_Everywhere_HaveTheirFoldersNamespace() => Violations.AssertNone(
        from file in SourceTree.Files("src", "tests")
        where file.Namespace is { } name && name != Expected(file.Path)
        select $"{file.Path}: namespace {file.Namespace}, its folder says {Expected(file.Path)}");

    [Fact]
    public void Files_Everywhere_HoldOneTypeOfTheirName() => Violations.AssertNone(
        from file in SourceTree.Files("src", "tests")
        where file.Types.Distinct().Except([file.Name]).Any()
        select $"{file.Path}: holds {string.Join(", ", file.Types)}");

    [Fact]
    public void Files_Everywhere_AreShort() => Violations.AssertNone(
        from file in SourceTree.Files("src", "tests", "deps")
        where file.Lines.Count > LongestFile && !LongFiles.ContainsKey(file.Path)
        select $"{file.Path}: {file.Lines.Count} lines, {LongestFile} at most");

    [Fact]
    public void Exceptions_Listed_AreStillNeeded() => Violations.AssertNone(
        from path in LongFiles.Keys
        let file = SourceTree.Files("src", "tests", "deps").FirstOrDefault(file => file.Path == path)
        where file is null || file.Lines.Count <= LongestFile
        select $"{path} is no longer too long: take it off the list");

    /// <summary>The folder below src or tests, its first name being the project's: <c>src/Gateway.Policies/Redis/X.cs</c> → <c>Gateway.Policies.Redis</c>.</summary>
    private static string Expected(string path) => string.Join('.', path.Split('/')[1..^1]);
}
