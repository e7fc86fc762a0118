using System.Diagnostics;
using System.Runtime.Versioning;
using Xunit;

namespace Gateway.Tests.EndToEnd;

/// <summary>test.sh on a machine that has no redis-server: a folder of stand-ins is its whole PATH.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class TestScriptTests : IDisposable
{
    private const string Counters = "<Counters total=\"3\" executed=\"3\" passed=\"3\" failed=\"0\" />";
    private readonly string _bin = Directory.CreateTempSubdirectory("gateway-path-").FullName;

    public TestScriptTests()
    {
        foreach (string tool in (string[])["bash", "env", "dirname", "basename", "mktemp", "rm", "cat", "grep", "tr", "awk", "ln"])
        {
            File.CreateSymbolicLink(Path.Combine(_bin, tool), Find(tool));
        }

        Write("id", "echo 0");
        // Builds nothing; each "test" leaves a result file where it is told to.
        Write("dotnet", $"""
            echo "dotnet $*" >> "{Log}"
            [ "$1" = test ] || exit 0
            command -v redis-server >/dev/null || exit 1
            while [ "$1" != --results-directory ]; do shift; done
            echo '{Counters}' > "$2/$RANDOM.trx"
            """);
    }

    private string Log => Path.Combine(_bin, "log");

    [Fact]
    public async Task Run_WithoutRedisServer_InstallsItFirstAndCounts()
    {
        Write("apt-get", $"""
            echo "apt-get $*" >> "{Log}"
            [ "$1" = install ] && ln -s "{_bin}/id" "{_bin}/redis-server"
            true
            """);

        (int exit, string output) = await RunAsync();

        string[] log = await File.ReadAllLinesAsync(Log);
        Assert.Contains("test.sh: installing redis-server", output, StringComparison.Ordinal);
        Assert.StartsWith("apt-get update", log[0], StringComparison.Ordinal);
        Assert.Matches("^apt-get install .*redis-server$", log[1]);
        Assert.StartsWith("dotnet build", log[2], StringComparison.Ordinal);
        Assert.Matches("^[0-9]+ passed, 0 failed$", output.TrimEnd().Split('\n')[^1]);
        Assert.Equal(0, exit);
    }

    [Fact]
    public async Task Run_InstallFails_SaysSoAndEnds()
    {
        Write("apt-get", "exit 100");

        (int exit, string output) = await RunAsync();

        Assert.Equal(1, exit);
        Assert.Contains("test.sh: could not install redis-server", output, StringComparison.Ordinal);
        Assert.False(File.Exists(Log));
    }

    [Fact]
    public async Task Run_WithoutAPackageManager_SaysWhatToInstall()
    {
        (int exit, string output) = await RunAsync();

        Assert.Equal(1, exit);
        Assert.Contains("no package manager found: install redis-server yourself", output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_bin, recursive: true);

    private static string Find(string tool) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, tool)).First(File.Exists);

    private void Write(string tool, string script)
    {
        string path = Path.Combine(_bin, tool);
        File.WriteAllText(path, $"#!{_bin}/bash\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task<(int ExitCode, string Output)> RunAsync()
    {
        var start = new ProcessStartInfo(Find("bash"), ["-c", "exec \"$0\" 2>&1", Path.Combine(Repository.Root, "test.sh")])
        {
            RedirectStandardOutput = true,
            Environment = { ["PATH"] = _bin },
        };
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
