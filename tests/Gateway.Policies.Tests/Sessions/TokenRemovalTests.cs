using Gateway.Policies.Sessions;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

public sealed class TokenRemovalTests
{
    private static readonly TokenRemoval Removal = new(new SessionPolicy
    {
        Token = [TokenSource.Bearer, new(TokenSourceKind.Cookie, "sid"), new(TokenSourceKind.Header, "X-Api-Key"), new(TokenSourceKind.Query, "api key")],
    });

    [Theory]
    [InlineData("sid=abc", null)]
    [InlineData("sid=abc; sid=def", null)]
    [InlineData("a=1; sid=abc; b=2", "a=1; b=2")]
    [InlineData("sid=abc; b=2", "b=2")]
    [InlineData("a=\"x y\"; sid=\"abc\";b=%20;c", "a=\"x y\";b=%20;c")]
    [InlineData("sidx=1; xsid=2; SID=3", "sidx=1; xsid=2; SID=3")]
    [InlineData("a=sid=1", "a=sid=1")]
    [InlineData("a=1;;  b=2", "a=1;;  b=2")]
    [InlineData("", null)]
    public void Cookies_TheSessionsAmongOthers_GoAndTheOthersStayAsTheyWere(string field, string? left) =>
        Assert.Equal(left, Removal.WithoutCookies(field));

    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("?", "?")]
    [InlineData("?api+key=x", "")]
    [InlineData("?api%20key=x&a=%2F+b", "?a=%2F+b")]
    [InlineData("?a=1&%61pi%20key=x&b&&c=%zz", "?a=1&b&&c=%zz")]
    [InlineData("?apikey=1&API+key=2", "?apikey=1&API+key=2")]
    public void Query_TheSessionsAmongOthers_GoAndTheOthersStayAsTheyWere(string? query, string left) =>
        Assert.Equal(left, Removal.WithoutParameters(query));

    [Theory]
    [InlineData("Bearer abc", true)]
    [InlineData("bEARER abc", true)]
    [InlineData("Basic abc", false)]
    [InlineData("", false)]
    public void Authorization_OfAnotherScheme_Stays(string field, bool removed) => Assert.Equal(removed, Removal.Removes(field));

    [Fact]
    public void Headers_ThatTheGatewaySets_Stay()
    {
        var removal = new TokenRemoval(new SessionPolicy
        {
            Token = [TokenSource.Bearer, new(TokenSourceKind.Header, "X-Api-Key"), new(TokenSourceKind.Header, "X-Old-Key")],
            Forward = new Dictionary<string, string> { ["authorization"] = "upstream", ["X-API-Key"] = "key" },
        });

        Assert.False(removal.Removes("Bearer abc"));
        Assert.Equal(["X-Old-Key"], removal.Headers);
        Assert.False(removal.HasCookies || removal.HasQuery);
    }
}
