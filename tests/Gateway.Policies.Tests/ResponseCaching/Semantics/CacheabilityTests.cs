using Gateway.Policies.ResponseCaching.Semantics;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Semantics;

/// <summary>RFC 9111 §3.</summary>
public sealed class CacheabilityTests
{
    [Theory]
    [InlineData(200, "Cache-Control: max-age=60", "stored")]
    [InlineData(200, "Expires: Tue, 14 Nov 2023 22:14:00 GMT", "stored")]
    [InlineData(200, "ETag: \"a\"", "stored")]
    [InlineData(200, "Cache-Control: no-cache|ETag: \"a\"", "stored")]
    [InlineData(599, "Cache-Control: max-age=60", "stored")]
    [InlineData(299, "Cache-Control: max-age=60", "stored")]
    [InlineData(200, "", "no-freshness")]
    [InlineData(200, "Cache-Control: max-age=0", "no-freshness")]
    [InlineData(201, "ETag: \"a\"", "no-freshness")]
    [InlineData(200, "Cache-Control: no-cache", "no-freshness")]
    [InlineData(200, "Cache-Control: no-store, max-age=60", "no-store")]
    [InlineData(200, "Cache-Control: private, max-age=60", "private")]
    [InlineData(200, "Cache-Control: private=\"X\", max-age=60", "stored")]
    [InlineData(206, "Cache-Control: max-age=60", "partial")]
    [InlineData(304, "Cache-Control: max-age=60", "status")]
    [InlineData(200, "Cache-Control: max-age=60|Set-Cookie: a=b", "set-cookie")]
    [InlineData(200, "Cache-Control: max-age=60|Vary: *", "vary-any")]
    [InlineData(200, "Cache-Control: max-age=60|Vary: Accept|Vary: X, *", "vary-any")]
    [InlineData(200, "Cache-Control: max-age=60, must-understand, no-store", "stored")]
    [InlineData(599, "Cache-Control: max-age=60, must-understand", "must-understand")]
    [InlineData(200, "CDN-Cache-Control: max-age=60|Cache-Control: no-store", "stored")]
    [InlineData(200, "CDN-Cache-Control: no-store|Cache-Control: max-age=60", "no-store")]
    public void Response_ToAGet_IsStoredWhereAllowed_Rfc9111_3(int status, string fields, string reason) =>
        Assert.Equal(reason, Decide(status, fields).Reason);

    [Theory]
    [InlineData("Cache-Control: max-age=60", "credentials")]
    [InlineData("Cache-Control: max-age=60, public", "stored")]
    [InlineData("Cache-Control: max-age=60, must-revalidate", "stored")]
    [InlineData("Cache-Control: s-maxage=60", "stored")]
    [InlineData("Cache-Control: max-age=60, proxy-revalidate", "credentials")]
    public void Response_ToARequestWithCredentials_NeedsLeave_Rfc9111_3_5(string fields, string reason) =>
        Assert.Equal(reason, Decide(200, fields, credentials: true).Reason);

    [Fact]
    public void Request_ThatSaysNoStore_StoresNothing_Rfc9111_5_2_1_5() =>
        Assert.Equal("request-no-store", Decide(200, "Cache-Control: max-age=60", request: "no-store").Reason);

    [Theory]
    [InlineData("Cache-Control: no-store", false, "no-store")]
    [InlineData("Cache-Control: no-store", true, "stored")]
    [InlineData("Cache-Control: private", true, "stored")]
    [InlineData("Cache-Control: no-cache", true, "stored")]
    [InlineData("Set-Cookie: a=b", true, "set-cookie")]
    public void Override_NeverWinsOverNoStore_UnlessForced(string fields, bool force, string reason) =>
        Assert.Equal(reason, Decide(200, fields, rules: new FreshnessRules { Ttl = 1000, Override = true, Force = force }).Reason);

    private static StoreVerdict Decide(int status, string fields, bool credentials = false, string request = "", FreshnessRules? rules = null) =>
        Cacheability.Decide(CacheControl.Parse(request), credentials, FreshnessTests.Facts(status, fields), rules ?? FreshnessRules.Rfc);
}
