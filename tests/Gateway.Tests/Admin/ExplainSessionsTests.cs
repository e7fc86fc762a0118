using System.Text.Json.Nodes;
using Xunit;

namespace Gateway.Tests.Admin;

public sealed class ExplainSessionsTests
{
    private const string Json = """
        {
          "Gateway": { "Sessions": { "web": { "Token": [ "Cookie:__Host-sid", "Bearer" ] } } },
          "ReverseProxy": {
            "Routes": {
              "login": { "ClusterId": "api", "Match": { "Path": "/login" }, "SessionIssue": { "Policy": "web", "From": "Header:X-User", "Ttl": "2h" } },
              "token": { "ClusterId": "api", "Match": { "Path": "/token" }, "SessionIssue": { "Policy": "web", "From": "Json:user", "TokenHeader": "X-Token" } },
              "logout": { "ClusterId": "api", "Match": { "Path": "/logout" }, "SessionEnd": "web" }
            },
            "Clusters": { "api": { "Destinations": { "a": { "Address": "http://127.0.0.1:9/" } } } }
          }
        }
        """;

    [Fact]
    public async Task Explain_LoginAndLogout_SaysWhatBecomesOfTheSession()
    {
        await using AdminHost admin = await AdminHost.StartAsync(json: Json);
        JsonNode login = await RouteOfAsync(admin, "login");
        Assert.Equal(("web", "Header:X-User", "cookie __Host-sid", "2h"), Told(login["sessionIssue"]!));
        JsonNode token = await RouteOfAsync(admin, "token");
        Assert.Equal(("web", "Json:user", "header X-Token", "1d"), Told(token["sessionIssue"]!));
        JsonNode logout = await RouteOfAsync(admin, "logout");
        Assert.Equal("web", (string?)logout["sessionEnd"]);
        Assert.Null(logout["sessionIssue"]);
    }

    private static async Task<JsonNode> RouteOfAsync(AdminHost admin, string path) =>
        (await admin.PostAsync("/api/explain", $$"""{"method":"GET","url":"http://localhost/{{path}}"}"""))["route"]!;

    private static (string?, string?, string?, string?) Told(JsonNode issue) =>
        ((string?)issue["policy"], (string?)issue["from"], (string?)issue["givenAs"], (string?)issue["ttl"]);
}
