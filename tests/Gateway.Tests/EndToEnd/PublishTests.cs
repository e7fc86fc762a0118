using System.Diagnostics;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.EndToEnd;

/// <summary>The container's build step, and what it builds. As in the container the sources are a copy: who builds or changes the tree meanwhile is no matter.</summary>
public sealed class PublishTests
{
    [Fact]
    public async Task Publish_AsTheContainerDoes_MakesAGatewayThatChecksItsFile()
    {
        string folder = Directory.CreateTempSubdirectory("gateway-publish-").FullName;
        try
        {
            string source = Path.Combine(folder, "src");
            string app = Path.Combine(folder, "app");
            Copy(Repository.Root, source, deep: false);
            Array.ForEach(["config", "deps", "eng", "src"], part => Copy(Path.Combine(Repository.Root, part), Path.Combine(source, part), deep: true));

            // In one process, and without the analyzers, which saw these sources when the tests were built: half of the work is theirs.
            (int published, string printed) = await RunAsync(
                "publish", Path.Combine(source, "src", "Gateway"), "-c", "Release", "-o", app, "--nologo", "-nodereuse:false", "-maxcpucount:1", "-p:UseSharedCompilation=false", "-p:RunAnalyzers=false");
            Assert.True(published == 0, printed);

            (int check, string output) = await RunAsync(Path.Combine(app, "Gateway.dll"), "check", Path.Combine(source, "config", "appsettings.routes.json"));
            Assert.True(check == 0, output);
            Assert.Contains("4 routes", output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Run_OnABrokenFile_ListsEveryMistakeAndExitsOne()
    {
        using var file = new RoutesFile("""
            { "Gateway": { "RateLimits": { "a": { "Limit": 0, "Window": "1m" } }, "Defaults": { "RateLimit": "b" } } }
            """);

        (int exit, _, string error) = await GatewayProcess.RunAsync("--config", file.Path, "--urls", "http://127.0.0.1:0");

        Assert.Equal(1, exit);
        Assert.Contains("Gateway:RateLimits:a:Limit", error, StringComparison.Ordinal);
        Assert.Contains("Gateway:Defaults:RateLimit", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithAnUnknownOption_PrintsUsageAndExitsTwo()
    {
        (int exit, _, string error) = await GatewayProcess.RunAsync("--nosuch");

        Assert.Equal(2, exit);
        Assert.Contains("--nosuch", error, StringComparison.Ordinal);
        Assert.Contains("--config", error, StringComparison.Ordinal);
    }

    /// <summary>Without what builds leave behind, as .dockerignore says.</summary>
    private static void Copy(string from, string to, bool deep)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (string folder in deep ? Directory.EnumerateDirectories(from) : [])
        {
            if (Path.GetFileName(folder) is not ("bin" or "obj") and var name)
            {
                Copy(folder, Path.Combine(to, name), deep);
            }
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
