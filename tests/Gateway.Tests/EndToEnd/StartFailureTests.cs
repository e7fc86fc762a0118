using System.Net;
using System.Net.Sockets;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.EndToEnd;

/// <summary>A gateway that cannot start says why in one line on the error output, and exits 1.</summary>
public sealed class StartFailureTests
{
    [Fact]
    public async Task Start_ProxyPortTaken_NamesTheAddress()
    {
        using TcpListener other = Listen(out int port);

        string line = await OneLineAsync($"http://127.0.0.1:{port}", Free);

        Assert.Contains($"http://127.0.0.1:{port}: another process listens there", line, StringComparison.Ordinal);
        Assert.Contains("--urls", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AdminPortTaken_NamesTheAddress()
    {
        using TcpListener other = Listen(out int port);

        string line = await OneLineAsync(Free, $"http://127.0.0.1:{port}");

        Assert.Contains($"http://127.0.0.1:{port}: another process listens there", line, StringComparison.Ordinal);
        Assert.Contains("--admin-urls", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AddressOfAnotherMachine_SaysSo()
    {
        // 192.0.2.0/24 is for documentation (RFC 5737): no machine has it.
        string line = await OneLineAsync("http://192.0.2.1:8080", Free);

        Assert.Contains("http://192.0.2.1:8080: this machine has no such address", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing.pem", null, "missing.pem does not exist")]
    [InlineData("broken.pem", "broken.pem", "PEM")]
    [InlineData("broken.pem", null, "PFX")]
    public async Task Start_CertificateThatCannotBeUsed_NamesSettingAndFile(string file, string? key, string reason)
    {
        string folder = Directory.CreateTempSubdirectory("gateway-certificates-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "broken.pem"), "not a certificate");
            string[] keyOption = key is null ? [] : ["--set", $"Kestrel:Certificates:Default:KeyPath={Path.Combine(folder, key)}"];
            string line = await OneLineAsync(
                $"https://127.0.0.1:{FreePort.Next()}", Free, ["--set", $"Kestrel:Certificates:Default:Path={Path.Combine(folder, file)}", .. keyOption]);

            Assert.Contains($"Kestrel:Certificates:Default: the certificate {Path.Combine(folder, file)} cannot be used", line, StringComparison.Ordinal);
            Assert.Contains(reason, line, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Start_HttpsWithoutACertificate_NamesTheSetting()
    {
        // Where there is a development certificate the gateway would start with it.
        string home = Directory.CreateTempSubdirectory("gateway-home-").FullName;
        try
        {
            string address = $"https://127.0.0.1:{FreePort.Next()}";
            var start = new GatewayStart
            {
                Arguments = ["--to", "http://127.0.0.1:1", "--set", $"Kestrel:Endpoints:secure:Url={address}"],
                Environment = new Dictionary<string, string> { ["HOME"] = home, ["DOTNET_CLI_HOME"] = home },
            };
            await using GatewayProcess gateway = GatewayProcess.Start(start);

            Assert.Equal(1, await gateway.WaitForExitAsync(TimeSpan.FromSeconds(60)));
            Assert.Contains($"{address}: https needs a certificate", gateway.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", gateway.Output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    [Theory]
    [InlineData("no-such-file.json", "no-such-file.json  the file does not exist")]
    [InlineData("/", "the file cannot be read")]
    public async Task Start_RoutesFileThatCannotBeRead_NamesTheFile(string file, string expected)
    {
        (int exit, string output, string error) = await GatewayProcess.RunAsync("--config", file, "--urls", Free, "--admin-urls", Free);

        Assert.Equal(1, exit);
        Assert.Equal("", output);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_RedisForSomeConcernsOnly_IsAMistakeWithItsPlace()
    {
        using var file = new RoutesFile(Settings.CatchAll("http://127.0.0.1:1", gateway: """ "Redis": { "Cache": "localhost:6379" } """));

        (int exit, _, string error) = await GatewayProcess.RunAsync("--config", file.Path, "--urls", Free, "--admin-urls", Free);

        Assert.Equal(1, exit);
        Assert.Contains(":2:", error, StringComparison.Ordinal);
        Assert.Contains("Gateway:Redis  Cache names a Redis, but Connection is not set", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--urls", "nonsense")]
    [InlineData("--admin-urls", "localhost")]
    [InlineData("--urls", "http://127.0.0.1:99999")]
    public async Task Start_AddressThatIsNone_IsAMistakeOfUsage(string option, string value)
    {
        (int exit, _, string error) = await GatewayProcess.RunAsync("--to", "http://127.0.0.1:1", option, value);

        Assert.Equal(2, exit);
        Assert.Contains($"gateway: {option} takes", error, StringComparison.Ordinal);
        Assert.Contains($"\"{value}\"", error, StringComparison.Ordinal);
    }

    private static string Free => $"http://127.0.0.1:{FreePort.Next()}";

    private static TcpListener Listen(out int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return listener;
    }

    /// <summary>Starts a gateway that cannot start; returns the one line it says about it.</summary>
    private static async Task<string> OneLineAsync(string urls, string adminUrls, params string[] more)
    {
        (int exit, string output, string error) = await GatewayProcess.RunAsync(["--to", "http://127.0.0.1:1", "--urls", urls, "--admin-urls", adminUrls, .. more]);

        Assert.Equal(1, exit);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", output, StringComparison.Ordinal);
        string line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("gateway: cannot start: ", line, StringComparison.Ordinal);
        return line;
    }
}
