using Gateway.Policies.Tests.ResponseCaching.Support;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Rfc;

/// <summary>How long a response is reused: RFC 9111 §4.2, §5.1, §5.2.2, §5.3, RFC 9213. Each line: the rule, what the response says, seconds later, reused or not.</summary>
public sealed class FreshnessTableTests(RfcGateway gateway) : IClassFixture<RfcGateway>
{
    [Theory]
    [InlineData("5.2.2.1", "Cache-Control: max-age=60", 59, true)]
    [InlineData("5.2.2.1", "Cache-Control: max-age=60", 61, false)]
    [InlineData("5.2.2.1", "Cache-Control: max-age=0", 0, false)]
    [InlineData("5.2.2.10", "Cache-Control: s-maxage=60, max-age=1", 30, true)]
    [InlineData("5.2.2.10", "Cache-Control: s-maxage=1, max-age=3600", 30, false)]
    [InlineData("4.2.1", "Cache-Control: max-age=60|Expires: {now-100}", 30, true)]
    [InlineData("4.2.1", "Cache-Control: max-age=1|Expires: {now+3600}", 30, false)]
    [InlineData("4.2.1", "Cache-Control: s-maxage=60|Expires: {now-100}", 30, true)]
    [InlineData("4.2.1", "Cache-Control: max-age=1800, max-age=1", 30, true)]
    [InlineData("4.2.1", "Cache-Control: max-age=1|Cache-Control: max-age=1800", 30, false)]
    [InlineData("5.2", "cAcHe-CoNtRoL: mAx-AgE=60", 30, true)]
    [InlineData("5.2", "Cache-Control: a=b, max-age=60, c", 30, true)]
    [InlineData("5.2", "Cache-Control: ,, max-age=60 ,,", 30, true)]
    [InlineData("5.2", "Cache-Control: a=\"x, max-age=1, y\", max-age=60", 30, true)]
    [InlineData("5.2", "Cache-Control: a=\"x\\\", max-age=3600\", b", 30, false)]
    [InlineData("5.2", "Cache-Control: max-age=\"60\"", 30, true)]
    [InlineData("5.2", "Cache-Control: a|Cache-Control: max-age=60", 30, true)]
    [InlineData("5.2", "Cache-Control: xmax-age=60", 0, false)]
    [InlineData("5.2", "Cache-Control: max-agex=60", 0, false)]
    [InlineData("5.2", "Cache-Control:", 0, false)]
    [InlineData("1.2.2", "Cache-Control: max-age=99999999999999999999", 1000000, true)]
    [InlineData("1.2.2", "Cache-Control: max-age=2147483648", 1000000, true)]
    [InlineData("1.2.2", "Cache-Control: max-age=007200", 30, true)]
    [InlineData("4.2.1", "Cache-Control: max-age=-60", 0, false)]
    [InlineData("4.2.1", "Cache-Control: max-age=60.5", 0, false)]
    [InlineData("4.2.1", "Cache-Control: max-age=a60", 0, false)]
    [InlineData("4.2.1", "Cache-Control: max-age='60'", 0, false)]
    [InlineData("4.2.1", "Cache-Control: max-age", 0, false)]
    [InlineData("4.2.1", "Cache-Control: max-age=", 0, false)]
    [InlineData("5.2.2.5", "Cache-Control: max-age=60, no-store", 0, false)]
    [InlineData("5.2.2.5", "Cache-Control: No-StOrE, max-age=60", 0, false)]
    [InlineData("5.2.2.5", "Cache-Control: max-age=60|Cache-Control: no-store", 0, false)]
    [InlineData("5.2.2.5", "Expires: {now+60}|Cache-Control: no-store", 0, false)]
    [InlineData("5.2.2.4", "Cache-Control: max-age=60, no-cache", 0, false)]
    [InlineData("5.2.2.7", "Cache-Control: max-age=60, private", 0, false)]
    [InlineData("5.2.2.7", "Cache-Control: max-age=60, private=\"x-a\"", 30, true)]
    [InlineData("5.2.2.4", "Cache-Control: max-age=60, no-cache=\"x-a\"", 30, true)]
    [InlineData("5.2.2.3", "Cache-Control: max-age=60, must-understand, no-store", 30, true)]
    [InlineData("5.2.2.3", "Cache-Control: max-age=60, must-understand", 30, true)]
    [InlineData("5.2.2.2", "Cache-Control: max-age=60, must-revalidate", 30, true)]
    [InlineData("5.2.2.2", "Cache-Control: max-age=60, must-revalidate", 61, false)]
    [InlineData("5.4", "Cache-Control: max-age=60|Pragma: no-cache", 30, true)]
    [InlineData("8246", "Cache-Control: max-age=60, immutable", 30, true)]
    [InlineData("8246", "Cache-Control: max-age=60, immutable", 61, false)]
    [InlineData("5.3", "Expires: {now+60}", 30, true)]
    [InlineData("5.3", "Expires: {now+60}", 61, false)]
    [InlineData("5.3", "Expires: {now-1}", 0, false)]
    [InlineData("5.3", "Expires: 0", 0, false)]
    [InlineData("5.3", "Expires: -1", 0, false)]
    [InlineData("5.3", "Expires: tomorrow", 0, false)]
    [InlineData("5.3", "Expires: Mon, 01 Jun 2037 12:00:00 GMT", 3600, true)]
    [InlineData("5.3", "Expires: Monday, 01-Jun-37 12:00:00 GMT", 3600, true)]
    [InlineData("5.3", "Expires: Mon Jun  1 12:00:00 2037", 3600, true)]
    [InlineData("4.2", "Expires: mon, 01 jun 2037 12:00:00 gmt", 3600, true)]
    [InlineData("4.2", "Expires: Mon, 01 Jun 2037 12:00:00 UTC", 3600, false)]
    [InlineData("4.2", "Expires: Mon, 01 Jun 2037 12:00:00 PDT", 0, false)]
    [InlineData("4.2", "Expires: Mon, 01 Jun 2037 12:00:00 +0000", 0, false)]
    [InlineData("4.2.1", "Expires: {now+60}|Expires: {now+3600}", 59, true)]
    [InlineData("4.2.1", "Expires: {now+60}|Expires: {now+3600}", 61, false)]
    [InlineData("4.2.1", "Expires: 0|Expires: {now+3600}", 0, false)]
    [InlineData("5.3", "Expires: Mon, 1 Jun 2037 12:00:00 GMT", 0, false)]
    [InlineData("5.3", "Expires: Mon, 01  Jun 2037 12:00:00 GMT", 0, false)]
    [InlineData("5.3", "Expires: Mon, 01 Jun 2037 12.00.00 GMT", 0, false)]
    [InlineData("5.3", "Expires: Mon, 01 Jun 2037 12:00 GMT", 0, false)]
    [InlineData("5.1", "Cache-Control: max-age=3600|Age: 3500", 50, true)]
    [InlineData("5.1", "Cache-Control: max-age=3600|Age: 3500", 101, false)]
    [InlineData("5.1", "Cache-Control: max-age=3600|Age: 7200", 0, false)]
    [InlineData("5.1", "Cache-Control: max-age=3600|Age: 7200, 0", 0, false)]
    [InlineData("5.1", "Cache-Control: max-age=3600|Age: 0, 7200", 0, true)]
    [InlineData("5.1", "Cache-Control: max-age=3600|Age: 7200|Age: 0", 0, false)]
    [InlineData("5.1", "Cache-Control: max-age=3600|Age: -7200", 0, true)]
    [InlineData("5.1", "Cache-Control: max-age=3600|Age: 7200.5", 0, true)]
    [InlineData("5.1", "Cache-Control: max-age=3600|Age: abc", 0, true)]
    [InlineData("5.1", "Cache-Control: max-age=3600|Age: 9999999999999", 0, false)]
    [InlineData("5.1", "Expires: {now+3600}|Age: 7200", 0, false)]
    [InlineData("9213", "CDN-Cache-Control: max-age=60", 30, true)]
    [InlineData("9213", "CDN-Cache-Control: max-age=60|Cache-Control: no-store", 30, true)]
    [InlineData("9213", "CDN-Cache-Control: max-age=1|Cache-Control: max-age=3600", 30, false)]
    [InlineData("9213", "CDN-Cache-Control: no-store|Cache-Control: max-age=3600", 0, false)]
    [InlineData("9213", "CDN-Cache-Control: private|Cache-Control: max-age=3600", 0, false)]
    [InlineData("9213", "CDN-Cache-Control: max-age=60|Expires: {now-60}", 30, true)]
    [InlineData("9213", "CDN-Cache-Control: foo|Expires: {now+3600}", 0, false)]
    [InlineData("9213", "CDN-Cache-Control: max-age=60, &&&|Cache-Control: max-age=1", 30, false)]
    [InlineData("9213", "CDN-Cache-Control: |Cache-Control: max-age=60", 30, true)]
    [InlineData("9213", "CDN-Cache-Control: max-age=\"60\"|Cache-Control: max-age=60", 0, false)]
    [InlineData("9213", "CDN-Cache-Control: max-age=60.5|Cache-Control: max-age=60", 0, false)]
    [InlineData("9213", "CDN-Cache-Control: max-age=-1|Cache-Control: max-age=60", 0, false)]
    [InlineData("9213", "CDN-Cache-Control: Max-Age=60|Cache-Control: max-age=1", 30, false)]
    [InlineData("9213", "CDN-Cache-Control: max-age=60;a=b, x=(1 2)", 30, true)]
    [InlineData("9213", "CDN-Cache-Control: max-age=1, max-age=60", 30, true)]
    [InlineData("9213", "CDN-Cache-Control: max-age=3600|Age: 7200", 0, false)]
    [InlineData("9213", "CDN-Cache-Control: max-age=60, private=\"x-a\"", 30, true)]
    [InlineData("9213", "CDN-Cache-Control: max-age=60, no-cache=\"x-a, x-b\"", 30, true)]
    [InlineData("9213", "CDN-Cache-Control: max-age=60, no-cache", 0, false)]
    [InlineData("9213", "CDN-Cache-Control: max-age=60, no-store=1", 30, true)]
    [InlineData("4.2.2", "Last-Modified: {now-36000}", 3000, true)]
    [InlineData("4.2.2", "Last-Modified: {now-36000}", 3601, false)]
    [InlineData("4.2.2", "Last-Modified: {now-36000}|Cache-Control: max-age=1", 30, false)]
    [InlineData("4.2.2", "Last-Modified: {now-36000}|Expires: 0", 0, false)]
    [InlineData("4.2.2", "Last-Modified: {now-36000}|Cache-Control: no-cache", 0, false)]
    [InlineData("4.2.2", "Last-Modified: {now+3600}", 0, false)]
    [InlineData("3", "X-Nothing: said", 0, false)]
    public async Task Response_ThatSays_IsReusedForAsLong(string rule, string fields, double later, bool reused)
    {
        string path = gateway.Path(RfcGateway.Response(fields));
        await gateway.GetAsync(path);
        gateway.Pass(later);

        RawMessage second = await gateway.GetAsync(path);

        Assert.True(second.Status == 200 && second.Body == "body", rule);
        Assert.Equal(reused ? 1 : 2, gateway.Fetches(path));
        Assert.Equal(reused, second.IsHit);
    }

    public static TheoryData<int> Statuses => [200, 201, 202, 203, 204, 205, 226, 299, 300, 301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405, 410, 414, 418, 451, 499, 500, 501, 502, 503, 504, 599];

    /// <summary>RFC 9111 §3: with explicit freshness any final status may be stored, whether the cache knows it or not.</summary>
    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task Status_WithExplicitFreshness_IsReusedWhileFreshOnly(int status)
    {
        bool bodiless = status is 204 or 205;
        string response = bodiless
            ? RfcGateway.Bodiless($"{status} Said", "Cache-Control: max-age=60|X-A: b" + (status == 205 ? "|Content-Length: 0" : ""))
            : RfcGateway.Response("Cache-Control: max-age=60|X-A: b", status: $"{status} Said");
        string path = gateway.Path(response);
        await gateway.GetAsync(path);

        RawMessage hit = await gateway.GetAsync(path);
        gateway.Pass(61);
        RawMessage again = await gateway.GetAsync(path);

        Assert.Equal((status, true, "b", bodiless ? "" : "body"), (hit.Status, hit.IsHit, hit["X-A"], hit.Body));
        Assert.Equal((status, false), (again.Status, again.IsHit));
        Assert.Equal(2, gateway.Fetches(path));
    }

    /// <summary>RFC 6585 §3 to §6: they are about one client's request or access, and must not be stored.</summary>
    [Theory]
    [InlineData(428)]
    [InlineData(429)]
    [InlineData(431)]
    [InlineData(511)]
    public async Task Status_OfRfc6585_IsNeverStored(int status)
    {
        string path = gateway.Path(RfcGateway.Response("Cache-Control: public, max-age=60|ETag: \"a\"", status: $"{status} Said"));
        await gateway.GetAsync(path);

        Assert.False((await gateway.GetAsync(path)).IsHit);
    }

    /// <summary>RFC 9110 §15.1, RFC 9111 §4.2.2: which statuses may be given a lifetime that they do not state.</summary>
    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task Status_WithLastModifiedOnly_IsReusedWhereRfc9110Allows(int status)
    {
        bool allowed = status is 200 or 203 or 204 or 300 or 301 or 308 or 404 or 405 or 410 or 414 or 501;
        bool bodiless = status is 204 or 205;
        string fields = "Last-Modified: {now-36000}" + (status == 205 ? "|Content-Length: 0" : "");
        string path = gateway.Path(bodiless ? RfcGateway.Bodiless($"{status} Said", fields) : RfcGateway.Response(fields, status: $"{status} Said"));
        await gateway.GetAsync(path);
        gateway.Pass(60);

        Assert.Equal(allowed, (await gateway.GetAsync(path)).IsHit);
    }

    /// <summary>RFC 9111 §4.2.2: a status that is not heuristically cacheable is when the response says public.</summary>
    [Theory]
    [InlineData(201)]
    [InlineData(403)]
    [InlineData(599)]
    public async Task Status_WithPublicAndLastModified_IsReused(int status)
    {
        string path = gateway.Path(RfcGateway.Response("Last-Modified: {now-36000}|Cache-Control: public", status: $"{status} Said"));
        await gateway.GetAsync(path);

        Assert.True((await gateway.GetAsync(path)).IsHit);
    }

    /// <summary>RFC 9111 §5.2.2.3: what a cache does not understand, must-understand keeps it from storing.</summary>
    [Theory]
    [InlineData("Cache-Control: max-age=60, must-understand", 599)]
    [InlineData("Cache-Control: max-age=60, must-understand, no-store", 299)]
    public async Task Status_ThatIsUnknown_WithMustUnderstand_IsNotReused(string fields, int status)
    {
        string path = gateway.Path(RfcGateway.Response(fields, status: $"{status} Said"));
        await gateway.GetAsync(path);

        Assert.False((await gateway.GetAsync(path)).IsHit);
    }

    /// <summary>What came before says nothing about what comes now: the first response that may be stored is.</summary>
    [Theory]
    [InlineData("Cache-Control: no-store")]
    [InlineData("Cache-Control: private, max-age=60")]
    [InlineData("Cache-Control: max-age=0")]
    [InlineData("X-Nothing: said")]
    [InlineData("Cache-Control: max-age=60|Set-Cookie: a=b")]
    [InlineData("Cache-Control: max-age=60|Vary: *")]
    public async Task Response_AfterOneThatMayNotBeReused_IsStored(string first)
    {
        string path = gateway.Path(RfcGateway.Response(first, "old"), RfcGateway.Response("Cache-Control: max-age=60", "new"));
        await gateway.GetAsync(path);
        await gateway.GetAsync(path);

        RawMessage third = await gateway.GetAsync(path);

        Assert.Equal(("new", true), (third.Body, third.IsHit));
    }

    /// <summary>RFC 9111 §4.2.3: Date and Age both tell how old a response is.</summary>
    [Theory]
    [InlineData("Date: {now-30}", "max-age=60", 29, true)]
    [InlineData("Date: {now-30}", "max-age=60", 31, false)]
    [InlineData("Date: {now-30}|Age: 50", "max-age=60", 11, false)]
    [InlineData("Date: {now+3600}", "max-age=60", 59, true)]
    [InlineData("Date: {now+3600}", "max-age=60", 61, false)]
    [InlineData("Date: nonsense", "max-age=60", 59, true)]
    [InlineData("X-No: date", "max-age=60", 59, true)]
    [InlineData("X-No: date", "max-age=60", 61, false)]
    public async Task Date_OfAResponse_CountsAsAge(string date, string control, double later, bool reused)
    {
        string lines = string.Concat(date.Split('|').Select(line => line + "\r\n"));
        string path = gateway.Path($"HTTP/1.1 200 OK\r\n{lines}Cache-Control: {control}\r\nContent-Length: 4\r\n\r\nbody");
        RawMessage first = await gateway.GetAsync(path);
        gateway.Pass(later);

        RawMessage second = await gateway.GetAsync(path);

        Assert.Equal(reused, second.IsHit);
        Assert.NotNull(first["Date"]);
        Assert.Single(second.LinesOf("Date"));
    }

    /// <summary>RFC 9111 §5.1: the Age that is sent is the whole current age.</summary>
    [Theory]
    [InlineData("", 0, "0")]
    [InlineData("", 30, "30")]
    [InlineData("Age: 100", 30, "130")]
    [InlineData("Age: 100|Age: 5", 30, "130")]
    [InlineData("Age: x", 30, "30")]
    public async Task Age_OfAStoredResponse_IsSentOnce(string fields, double later, string age)
    {
        string path = gateway.Path(RfcGateway.Response("Cache-Control: max-age=3600|" + fields));
        RawMessage first = await gateway.GetAsync(path);
        gateway.Pass(later);

        Assert.Equal([age], (await gateway.GetAsync(path)).LinesOf("Age"));
        Assert.Equal(fields.Contains("Age: 100", StringComparison.Ordinal), first["Age"] is not null && first["Age"]!.StartsWith("100", StringComparison.Ordinal));
    }
}
