using System.Diagnostics;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.EndToEnd;

/// <summary>The container's build step, and what it builds.</summary>
public sealed class PublishTests
{
    [Fact]
    public async Task Publish_AsTheContainerDoes_MakesAGatewayThatChecksItsFile()
    {
        string folder = Directory.CreateTempSubdirectory("gateway-publish-").FullName;
        try
        {
            (int published, string printed) = await RunAsync("publish", Path.Combine(Repository.Root, "src", "Gateway"), "-c", "Release", "-o", folder, "--nologo", "-nodereuse:false", "-p:UseSharedCompilation=false");
            Assert.True(published == 0, printed);

            (int check, string output) = await RunAsync(Path.Combine(folder, "Gateway.dll"), "check", Path.Combine(Repository.Root, "config", "appsettings.routes.json"));
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

    private static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
