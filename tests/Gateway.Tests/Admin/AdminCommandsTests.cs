using System.Text.Json.Nodes;
using Gateway.Commands;
using Gateway.Configuration;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.Admin;

public sealed class AdminCommandsTests
{
    [Theory]
    [InlineData("purged: tag:catalog", "--tag", "catalog")]
    [InlineData("purged: url:http://localhost/catalog/1", "--url", "http://localhost/catalog/1")]
    [InlineData("purged: prefix:/catalog/", "--prefix", "/catalog/", "--soft")]
    [InlineData("purged: route:catalog", "--route", "catalog")]
    [InlineData("purged: all", "--all")]
    public async Task Purge_OneTarget_PrintsWhatWasPurged(string expected, params string[] arguments)
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        (int exit, string output, string error) = await RunAsync(admin.Url, ["purge", .. arguments]);

        Assert.Equal((0, ""), (exit, error));
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sessions_CreatedListedShownRevoked_EndToEnd()
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        (_, string created, _) = await RunAsync(admin.Url, "sessions", "create", "--user", "u 7", "--ttl", "1h", "--field", "plan=gold", "--json");
        var token = (string)JsonNode.Parse(created)!["token"]!;
        (_, string listed, _) = await RunAsync(admin.Url, "sessions", "list", "u 7");
        (_, string shown, _) = await RunAsync(admin.Url, "sessions", "show", "--", token);
        (_, string extended, _) = await RunAsync(admin.Url, "sessions", "extend", "--ttl", "9h", "--", token);
        (_, string counted, _) = await RunAsync(admin.Url, "sessions", "count");
        (_, string none, _) = await RunAsync(admin.Url, "sessions", "revoke-user", "u 7", "--id", "no-such-id");
        (int revoked, _, _) = await RunAsync(admin.Url, "sessions", "revoke", "--", token);
        (int again, _, string error) = await RunAsync(admin.Url, "sessions", "revoke", "--", token);
        (_, string user, _) = await RunAsync(admin.Url, "sessions", "revoke-user", "u 7");

        Assert.Contains("plan: gold", listed, StringComparison.Ordinal);
        Assert.DoesNotContain(token, listed, StringComparison.Ordinal);
        Assert.Contains("verdict: valid", shown, StringComparison.Ordinal);
        Assert.Contains("verdict: valid", extended, StringComparison.Ordinal);
        Assert.Contains("active: 1", counted, StringComparison.Ordinal);
        Assert.Contains("revoked: 0", none, StringComparison.Ordinal);
        Assert.Equal(0, revoked);
        Assert.Equal(1, again);
        Assert.Contains("no such session", error, StringComparison.Ordinal);
        Assert.DoesNotContain(token, error, StringComparison.Ordinal);
        Assert.Contains("revoked: 0", user, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_BoostAndTop_EndToEnd()
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        (int boosted, string boost, _) = await RunAsync(admin.Url, "limits", "boost", "per-client", "203.0.113.7", "--limit", "500", "--for", "10m");
        (_, string usage, _) = await RunAsync(admin.Url, "limits", "show", "per-client", "203.0.113.7");
        (int ended, _, _) = await RunAsync(admin.Url, "limits", "boost", "per-client", "203.0.113.7", "--for", "0s");
        (int refused, _, string error) = await RunAsync(admin.Url, "limits", "boost", "per-client", "203.0.113.7", "--limit", "5", "--for", "10m");
        (int top, _, _) = await RunAsync(admin.Url, "limits", "top", "per-client");

        Assert.Equal((0, 0, 1, 0), (boosted, ended, refused, top));
        Assert.Contains("limit: 500", boost, StringComparison.Ordinal);
        Assert.Contains("limit: 500", usage, StringComparison.Ordinal);
        Assert.Contains("above the limit", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_ShowAndReset_EndToEnd()
    {
        await using AdminHost admin = await AdminHost.StartAsync();

        (int shown, string usage, _) = await RunAsync(admin.Url, "limits", "show", "per-path", "/catalog/a b|k");
        (int reset, string answer, _) = await RunAsync(admin.Url, "limits", "reset", "per-client", "::1");
        (int unknown, _, string error) = await RunAsync(admin.Url, "limits", "show", "per-clint", "::1");

        Assert.Equal((0, 0, 1), (shown, reset, unknown));
        Assert.Contains("remaining: 10", usage, StringComparison.Ordinal);
        Assert.Contains("partition: /catalog/a b|k", usage, StringComparison.Ordinal);
        Assert.Contains("reset: no", answer, StringComparison.Ordinal);
        Assert.Contains("Did you mean \"per-client\"?", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_NoGatewayThere_NamesTheAddressTriedAndHowToSetIt()
    {
        string address = $"http://127.0.0.1:{FreePort.Next()}";

        (int exit, string output, string error) = await RunAsync(address, "purge", "--all");

        Assert.Equal((1, ""), (exit, output));
        Assert.Contains(address, error, StringComparison.Ordinal);
        Assert.Contains("--admin", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_AgainstSomethingElse_SaysSo()
    {
        await using Destination other = await Destination.StartAsync("<html>hello</html>");

        (int exit, _, string error) = await RunAsync(other.Address, "purge", "--all");

        Assert.Equal(1, exit);
        Assert.Contains("not a gateway's admin API", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_TokenDemanded_IsReadFromTheEnvironment()
    {
        await using AdminHost admin = await AdminHost.StartAsync(new AdminOptions { Urls = "http://127.0.0.1:0", Token = "token-of-the-cli-test" });
        (int without, _, string error) = await RunAsync(admin.Url, "purge", "--all");

        Environment.SetEnvironmentVariable(AdminOption.TokenVariable, "token-of-the-cli-test");
        (int with, _, _) = await RunAsync(admin.Url, "purge", "--all");
        Environment.SetEnvironmentVariable(AdminOption.TokenVariable, null);

        Assert.Equal((1, 0), (without, with));
        Assert.Contains(AdminOption.TokenVariable, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("purge takes one of", "purge")]
    [InlineData("purge takes one of", "purge", "--all", "--tag", "a")]
    [InlineData("--admin takes an address", "purge", "--all", "--admin", "localhost")]
    [InlineData("--field takes NAME=VALUE", "sessions", "create", "--field", "plan")]
    [InlineData("USER is empty", "sessions", "list", "")]
    [InlineData("Required", "limits", "show", "per-client")]
    [InlineData("Unknown option", "limits", "show", "per-client", "--nosuch")]
    public async Task Command_WrongUsage_Is2WithTheCommandsOwnUsage(string expected, params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());

        int exit = await CommandLine.RunAsync(arguments, (_, _) => Task.FromResult(99), output, error);

        Assert.Equal(2, exit);
        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
        Assert.Contains("--admin", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("", output.ToString());
    }

    internal static async Task<(int Exit, string Output, string Error)> RunAsync(string admin, params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        int dashes = Array.IndexOf(arguments, "--");
        string[] all = dashes < 0 ? [.. arguments, "--admin", admin] : [.. arguments[..dashes], "--admin", admin, .. arguments[dashes..]];
        int exit = await CommandLine.RunAsync(all, (_, _) => Task.FromResult(99), output, error);
        return (exit, output.ToString(), error.ToString());
    }
}
