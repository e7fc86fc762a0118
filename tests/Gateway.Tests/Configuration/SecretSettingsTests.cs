using Gateway.Configuration;
using Gateway.Configuration.Settings;
using Xunit;

namespace Gateway.Tests.Configuration;

public sealed class SecretSettingsTests
{
    [Theory]
    [InlineData("Gateway:Redis:Connection")]
    [InlineData("gateway:redis:cache")]
    [InlineData("Gateway:Admin:Token")]
    [InlineData("Kestrel:Certificates:Default:Password")]
    [InlineData("ReverseProxy:Clusters:api:Metadata:ClientSecret")]
    [InlineData("ReverseProxy:Clusters:api:Metadata:UpstreamApiKey")]
    [InlineData("ReverseProxy:Routes:api:Metadata:access_token")]
    public void Masked_SecretKey_IsHidden(string path) => Assert.Equal(SecretSettings.Mask, Mask(new() { [path] = "hunter2" })[path]);

    [Theory]
    [InlineData("Gateway:Redis:KeyPrefix", "gw:")]
    [InlineData("Gateway:Redis:Deadline", "50ms")]
    [InlineData("Gateway:Sessions:default:Token", "Bearer")]
    [InlineData("ReverseProxy:Routes:api:Session:Token:0", "Cookie:sid")]
    [InlineData("ReverseProxy:Routes:api:Match:Headers:0:Values:0", "gzip")]
    [InlineData("ReverseProxy:Clusters:api:Destinations:a:Address", "http://localhost:5001/a@b")]
    public void Masked_OtherKey_IsShown(string path, string value) => Assert.Equal(value, Mask(new() { [path] = value })[path]);

    [Fact]
    public void Masked_UrlWithPassword_IsHidden() =>
        Assert.Equal(SecretSettings.Mask, Mask(new() { ["ReverseProxy:Clusters:api:HttpClient:WebProxy:Address"] = "http://user:hunter2@proxy:3128" }).Values.Single());

    [Fact]
    public void Masked_HeaderSentToDestination_IsHiddenButItsNameIsNot()
    {
        IReadOnlyDictionary<string, string?> masked = Mask(new()
        {
            ["ReverseProxy:Routes:api:Transforms:0:RequestHeader"] = "X-Api-Key",
            ["ReverseProxy:Routes:api:Transforms:0:Set"] = "hunter2",
            ["ReverseProxy:Routes:api:Transforms:1:PathPrefix"] = "/v1",
        });

        Assert.Equal(["X-Api-Key", SecretSettings.Mask, "/v1"], masked.Values);
    }

    [Theory]
    [InlineData("ReverseProxy:Routes:api:Match:Headers:0:Name", "X-Hook-Key", "ReverseProxy:Routes:api:Match:Headers:0:Values:1")]
    [InlineData("ReverseProxy:Routes:api:Match:QueryParameters:2:Name", "access_token", "ReverseProxy:Routes:api:Match:QueryParameters:2:Values:0")]
    [InlineData("ReverseProxy:Routes:api:Transforms:0:QueryValueParameter", "k", "ReverseProxy:Routes:api:Transforms:0:Append")]
    public void Masked_ValueBesideACredentialsName_IsHiddenButTheNameIsNot(string namePath, string name, string valuePath)
    {
        IReadOnlyDictionary<string, string?> masked = Mask(new() { [namePath] = name, [valuePath] = "hunter2" });

        Assert.Equal(name, masked[namePath]);
        Assert.Equal(SecretSettings.Mask, masked[valuePath]);
    }

    [Fact]
    public async Task Snapshot_AsText_ShowsNoSecret()
    {
        GatewaySnapshot snapshot = await Loading.LoadValidAsync(
            WatchedConfig.Json(1), environment: new() { ["Gateway__Admin__Token"] = "hunter2", ["REDIS_URL"] = "redis://:hunter2@localhost" });

        Assert.DoesNotContain("hunter2", $"{snapshot} {snapshot.Options} {snapshot.Options.Admin}", StringComparison.Ordinal);
    }

    private static IReadOnlyDictionary<string, string?> Mask(Dictionary<string, string?> settings) => SecretSettings.Masked(settings);
}
