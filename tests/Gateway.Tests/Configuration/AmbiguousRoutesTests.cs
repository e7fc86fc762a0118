using Gateway.Configuration;
using Xunit;

namespace Gateway.Tests.Configuration;

public sealed class AmbiguousRoutesTests
{
    [Theory]
    [InlineData(""" "Path": "/a/{id}" """, """ "Path": "a/{name}/" """)]
    [InlineData(""" "Path": "/{**rest}" """, """ "Path": "/{**all}" """)]
    [InlineData(""" "Path": "/a", "Methods": [ "GET", "HEAD" ] """, """ "Path": "/A", "Methods": [ "head", "get" ] """)]
    [InlineData(""" "Hosts": [ "a.example" ] """, """ "Hosts": [ "A.example" ] """)]
    [InlineData(""" "Path": "/a", "Headers": [ { "Name": "X", "Values": [ "1" ] } ] """, """ "Path": "/a", "Headers": [ { "Name": "X", "Values": [ "1" ] } ] """)]
    public async Task Load_RoutesThatMatchTheSameRequests_AreAMistake(string one, string other) =>
        Assert.Contains("it matches the same requests as route \"one\"", Assert.Single((await LoadAsync(one, other)).Mistakes).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData(""" "Path": "/a/{id}" """, """ "Path": "/a/{id:int}" """)]
    [InlineData(""" "Path": "/a/{id}" """, """ "Path": "/a/{**rest}" """)]
    [InlineData(""" "Path": "/a" """, """ "Path": "/a", "Methods": [ "GET" ] """)]
    [InlineData(""" "Path": "/a", "Hosts": [ "a.example" ] """, """ "Path": "/a", "Hosts": [ "b.example" ] """)]
    [InlineData(""" "Path": "/a", "Headers": [ { "Name": "X", "Values": [ "1" ] } ] """, """ "Path": "/a", "Headers": [ { "Name": "X", "Values": [ "2" ] } ] """)]
    public async Task Load_RoutesThatDiffer_AreFine(string one, string other) => Assert.Empty((await LoadAsync(one, other)).Mistakes);

    private static Task<LoadResult> LoadAsync(string one, string other) => Loading.LoadAsync($$"""
        {
          "ReverseProxy": {
            "Routes": {
              "one": { "ClusterId": "api", "Match": { {{one}} } },
              "other": { "ClusterId": "api", "Match": { {{other}} } }
            },
            "Clusters": { "api": { "Destinations": { "a": { "Address": "http://localhost:5001/" } } } }
          }
        }
        """);
}
