using Gateway.Configuration;
using Xunit;

namespace Gateway.Tests.Configuration;

/// <summary>
/// Each file in BadConfig holds one kind of mistake. The comments at its top say what the mistakes are, one line each, and which
/// variables (<c>env:</c>) and options (<c>set:</c>) are given beside it.
/// </summary>
public sealed class BadConfigTests
{
    private static readonly string Folder = Path.Combine(Loading.RepositoryRoot, "tests", "Gateway.Tests", "BadConfig");

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task LoadAsync_Mistake_IsNamedWithItsPlace(string file)
    {
        string[] header = [.. File.ReadLines(Path.Combine(Folder, file)).TakeWhile(line => line.StartsWith("// ", StringComparison.Ordinal))];
        var options = new RunOptions { ConfigFile = file, Set = [.. Given(header, "// set: ")] };
        var loader = new SnapshotLoader(options, new Dictionary<string, string>(Given(header, "// env: ")), Folder, Folder, TimeProvider.System);

        LoadResult read = await loader.LoadAsync(1, CancellationToken.None);

        Assert.Null(read.Snapshot);
        string expected = string.Join('\n', header.Where(line => line.StartsWith("// mistake: ", StringComparison.Ordinal)));
        string found = string.Join('\n', read.Mistakes.Select(mistake => $"// mistake: {mistake}"));
        Assert.True(expected == found, $"It gives\n{found}");
        Assert.DoesNotContain("hunter2", string.Join('\n', read.Mistakes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "routes.json:1:1  the file is empty; allowed: a JSON object with \"Gateway\" and \"ReverseProxy\"")]
    [InlineData(" \r\n\t", "routes.json:1:1  the file is empty; allowed: a JSON object with \"Gateway\" and \"ReverseProxy\"")]
    [InlineData("\0\0\0\0", "routes.json:1:1  the file is empty; allowed: a JSON object with \"Gateway\" and \"ReverseProxy\"")]
    public async Task LoadAsync_EmptyFile_IsOneMistake(string text, string expected) =>
        Assert.Equal(expected, (await Loading.MistakeOfAsync(text)).ToString());

    private static IEnumerable<KeyValuePair<string, string>> Given(string[] header, string prefix) =>
        header.Where(line => line.StartsWith(prefix, StringComparison.Ordinal))
            .Select(line => line[prefix.Length..].Split('=', 2))
            .Select(parts => new KeyValuePair<string, string>(parts[0], parts[1]));
}
