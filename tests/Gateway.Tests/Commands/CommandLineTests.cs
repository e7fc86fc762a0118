using Gateway.Commands;
using Gateway.Configuration;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.Commands;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Run_NoArguments_RunsWithDefaults()
    {
        (int code, RunOptions? options, _, _) = await RunAsync();

        Assert.Equal(0, code);
        Assert.Equal(new RunOptions { Set = options!.Set }, options);
        Assert.Empty(options.Set);
    }

    [Fact]
    public async Task Run_EveryOption_ReachesTheRun()
    {
        (_, RunOptions? options, _, _) = await RunAsync(
            "--config", "my.json", "--urls", "http://+:80;http://[::1]:81", "--admin-urls", "http://localhost:82", "--log", "json", "--set", "Gateway:A=b=c", "--set", "D:E=");

        Assert.Equal(("my.json", "http://+:80;http://[::1]:81", "http://localhost:82", LogFormat.Json), (options!.ConfigFile, options.Urls, options.AdminUrls, options.Log));
        Assert.Equal([new("Gateway:A", "b=c"), new("D:E", "")], options.Set);
    }

    [Fact]
    public async Task Run_To_ReachesTheRun() => Assert.Equal(new Uri("http://localhost:3000/base"), (await RunAsync("--to", "http://localhost:3000/base")).Options!.To);

    [Theory]
    [InlineData("--nosuch", "--nosuch")]
    [InlineData("nosuch", "nosuch")]
    [InlineData("--log xml", "xml")]
    [InlineData("--to localhost:3000", "--to takes a URL such as")]
    [InlineData("--to ftp://localhost", "--to takes a URL such as")]
    [InlineData("--to http://localhost?a=b", "--to takes a URL such as")]
    [InlineData("--to http://localhost --config a.json", "leave out --config")]
    [InlineData("--set novalue", "--set takes Key:Path=value")]
    [InlineData("--set :a=b", "--set takes Key:Path=value")]
    [InlineData("--urls 8080", "--urls takes")]
    [InlineData("--admin-urls ftp://localhost:1", "--admin-urls takes")]
    [InlineData("check a.json b.json", "b.json")]
    [InlineData("check --nosuch", "--nosuch")]
    [InlineData("--config", "--config")]
    public async Task Run_MistakeOfUsage_SaysSoOnTheErrorOutputWithTheUsage(string arguments, string expected)
    {
        (int code, RunOptions? options, string output, string error) = await RunAsync(arguments.Split(' '));

        Assert.Equal(2, code);
        Assert.Null(options);
        Assert.Empty(output);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Contains("Usage:", error, StringComparison.Ordinal);
        Assert.Contains("--set <KEY:PATH=VALUE>", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_ValidFile_SaysWhatIsInIt()
    {
        using var file = new RoutesFile(Configuration.WatchedConfig.Json(1));

        (int code, _, string output, _) = await RunAsync("check", file.Path);

        Assert.Equal(0, code);
        Assert.Equal($"{file.Path}: OK, 1 route, 1 cluster; in use: 1 rate limit, 0 cache policies, 0 session policies\n", output);
    }

    [Fact]
    public async Task Check_Mistakes_AreAllShownAndFailIt()
    {
        using var file = new RoutesFile(Configuration.WatchedConfig.Json(0).Replace("\"1m\"", "\"soon\"", StringComparison.Ordinal));

        (int code, _, string output, _) = await RunAsync("check", "--config", file.Path, "--set", "Gateway:Nosuch=1");

        Assert.Equal(1, code);
        Assert.Contains($"{file.Path}:2:", output, StringComparison.Ordinal);
        Assert.Contains("Gateway:Nosuch", output, StringComparison.Ordinal);
        Assert.EndsWith("2 mistakes\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_To_NeedsNoFile()
    {
        (int code, _, string output, _) = await RunAsync("check", "--to", "http://localhost:3000");

        Assert.Equal((0, "--to: OK, 1 route, 1 cluster; in use: 1 rate limit, 1 cache policy, 0 session policies\n"), (code, output));
    }

    [Fact]
    public async Task Help_Asked_GoesToTheOutput()
    {
        (int code, _, string output, string error) = await RunAsync("--help");

        Assert.Equal(0, code);
        Assert.Contains("check", output, StringComparison.Ordinal);
        Assert.Empty(error);
    }

    private static async Task<(int Code, RunOptions? Options, string Output, string Error)> RunAsync(params string[] arguments)
    {
        RunOptions? ran = null;
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await CommandLine.RunAsync(
            arguments,
            (options, _) =>
            {
                ran = options;
                return Task.FromResult(0);
            },
            output,
            error);
        return (code, ran, output.ToString(), error.ToString());
    }
}
