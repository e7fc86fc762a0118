using FsCheck;
using FsCheck.Fluent;
using Gateway.Policies.Sessions;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

public sealed class TokenReaderTests
{
    private static readonly TokenSource Cookie = new(TokenSourceKind.Cookie, "sid");

    [Theory]
    [InlineData("Bearer abc", "abc")]
    [InlineData("bearer abc", "abc")]
    [InlineData("BEARER   abc  ", "abc")]
    [InlineData("Bearer a.b-c_d~e+f/g==", "a.b-c_d~e+f/g==")]
    [InlineData("Bearer ", null)]
    [InlineData("Bearer", null)]
    [InlineData("Bearerabc", null)]
    [InlineData("Bearer\tabc", null)]
    [InlineData("Basic dXNlcjpwYXNz", null)]
    [InlineData("Basic x, Bearer abc", null)]
    [InlineData(";;;=\"", null)]
    [InlineData("", null)]
    public void Bearer_FieldOfAnyForm_GivesTheTokenOrNone(string field, string? token)
    {
        FoundToken found = Read([TokenSource.Bearer], request => request.Headers.Authorization = field);

        Assert.Equal(token is null, found.IsMissing);
        Assert.Equal(token ?? "", found.Token.ToString());
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a\0b")]
    [InlineData("a\r\nSet-Cookie: x=1")]
    [InlineData("*")]
    [InlineData("a?c")]
    [InlineData("[a-z]")]
    [InlineData("{token}")]
    [InlineData("a{b")]
    [InlineData("a:b")]
    [InlineData("../%2e%2e")]
    [InlineData("ü")]
    [InlineData("\u0131")]
    [InlineData("abc,Bearer def")]
    public void Bearer_TokenCannotBeOne_IsMalformedAndNoLaterSourceIsAsked(string token)
    {
        FoundToken found = Read([TokenSource.Bearer, Cookie], request =>
        {
            request.Headers.Authorization = $"Bearer {token}";
            request.Headers.Cookie = "sid=good";
        });

        Assert.True(found.IsMalformed);
        Assert.Equal(TokenSource.Bearer, found.Source);
    }

    [Fact]
    public void Bearer_TwoFields_IsMalformed()
    {
        Assert.True(Read([TokenSource.Bearer], request => request.Headers.Authorization = new StringValues(["Bearer a", "Bearer b"])).IsMalformed);
    }

    [Theory]
    [InlineData(512, false)]
    [InlineData(513, true)]
    [InlineData(65536, true)]
    public void Token_OfLength_IsBounded(int length, bool malformed)
    {
        Assert.Equal(malformed, Read([TokenSource.Bearer], request => request.Headers.Authorization = "Bearer " + new string('a', length)).IsMalformed);
    }

    [Theory]
    [InlineData("sid=abc", "abc")]
    [InlineData("a=1; sid=abc; b=2", "abc")]
    [InlineData("a=1;sid=abc;b=2", "abc")]
    [InlineData("  sid = abc  ", "abc")]
    [InlineData("sid=\"abc\"", "abc")]
    [InlineData("sid=first; sid=second", "first")]
    [InlineData("sid=; sid=second", null)]
    [InlineData("sid=\"\"", null)]
    [InlineData("sid=a=b", "a=b")]
    [InlineData("xsid=abc", null)]
    [InlineData("sidx=abc", null)]
    [InlineData("SID=abc", null)]
    [InlineData("sid", null)]
    [InlineData("=abc", null)]
    [InlineData(";;; ; =;sid=abc", "abc")]
    [InlineData("x=\"sid=evil\"; sid=abc", "abc")]
    public void Cookie_FieldOfAnyForm_GivesTheFirstOfItsName(string field, string? token)
    {
        FoundToken found = Read([Cookie], request => request.Headers.Cookie = field);

        Assert.Equal(token is null, found.IsMissing);
        Assert.Equal(token ?? "", found.Token.ToString());
    }

    [Fact]
    public void Cookie_OnALaterLineOfTheField_IsFound()
    {
        Assert.Equal("abc", Read([Cookie], request => request.Headers.Cookie = new StringValues(["a=1; b=2", "c=3; sid=abc", "sid=late"])).Token.ToString());
    }

    [Fact]
    public void Cookie_TenThousandOthers_AreReadPastWithoutAllocating()
    {
        string field = string.Join("; ", Enumerable.Range(0, 10_000).Select(i => $"c{i}=v{i}")) + "; sid=abc";
        StringValues lines = field;
        ReadOnlyMemory<char> found = CookieToken.Find(lines, "sid");

        Assert.Equal("abc", found.ToString());
        Assert.Equal(0, Allocations.Least(() => CookieToken.Find(lines, "sid")));
    }

    [Fact]
    public void Header_AndQuery_AreSources()
    {
        TokenSource header = new(TokenSourceKind.Header, "X-Api-Key");
        TokenSource query = new(TokenSourceKind.Query, "key");

        Assert.Equal("abc", Read([header, query], request => request.Headers["x-api-key"] = " abc ").Token.ToString());
        Assert.Equal("d-f", Read([header, query], request => request.QueryString = new QueryString("?a=1&key=d%2df&key=z")).Token.ToString());
        Assert.True(Read([query], request => request.QueryString = new QueryString("?key=%zz%00")).IsMalformed);
        Assert.True(Read([header], request => request.Headers["X-Api-Key"] = new StringValues(["a", "b"])).IsMalformed);
    }

    [Fact]
    public void Sources_SeveralCarryATokens_FirstPresentWins()
    {
        FoundToken found = Read([TokenSource.Bearer, Cookie], request =>
        {
            request.Headers.Authorization = "Basic dXNlcjpwYXNz";
            request.Headers.Cookie = "sid=from-cookie";
        });

        Assert.Equal((Cookie, "from-cookie"), (found.Source, found.Token.ToString()));
    }

    [Fact]
    public void AnyHeadersAtAll_NeverThrowAndGiveOnlyTokens()
    {
        TokenSource[] sources = [TokenSource.Bearer, Cookie, new(TokenSourceKind.Header, "X-Key"), new(TokenSourceKind.Query, "key")];
        Prop.ForAll<string, string, string>((text, cookie, query) =>
        {
            FoundToken found = Read(sources, request =>
            {
                request.Headers.Authorization = new StringValues([text, $"Bearer {text}"]);
                request.Headers.Cookie = new StringValues([cookie, $"sid={cookie}", $"sid=\"{cookie}"]);
                request.Headers["X-Key"] = query;
                request.QueryString = new QueryString($"?key={query}&{cookie}=%");
            });
            return found.Token.IsEmpty || TokenAlphabet.Accepts(found.Token.Span, 512);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void AnyCookies_FirstOfTheNameIsFoundWhateverStandsAround()
    {
        Prop.ForAll<string, string>((before, after) =>
        {
            string prefix = (before ?? "").Replace("sid", "", StringComparison.Ordinal);
            return CookieToken.Find($"{prefix};sid=abc;{after}", "sid").ToString() == "abc";
        }).QuickCheckThrowOnFailure();
    }

    private static FoundToken Read(TokenSource[] sources, Action<HttpRequest> fill)
    {
        var context = new DefaultHttpContext();
        fill(context.Request);
        return new TokenReader(new SessionPolicy { Token = sources }).Read(context.Request);
    }
}
