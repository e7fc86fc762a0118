using Gateway.Policies.ResponseCaching.Semantics;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Semantics;

/// <summary>RFC 9111 §3.1 and §3.2.</summary>
public sealed class StoredFieldsTests
{
    [Fact]
    public void Fields_OfTheConnection_AreNotStored_Rfc9111_3_1()
    {
        var headers = new HeaderDictionary
        {
            ["Connection"] = "X-Nominated, close", ["X-Nominated"] = "1", ["Keep-Alive"] = "1", ["Proxy-Authenticate"] = "1", ["Upgrade"] = "1",
            ["Proxy-Authentication-Info"] = "1", ["Transfer-Encoding"] = "chunked", ["Set-Cookie"] = "a=b", ["Age"] = "1", ["X-RateLimit-Limit"] = "1",
            ["RateLimit"] = "1", ["RateLimit-Policy"] = "1", ["Cache-Status"] = "x", ["Withheld"] = "1", ["Kept"] = "1", ["Content-Foo"] = "2",
            ["Retry-After"] = "3",
        };

        var stored = StoredFields.Of(headers, CacheControl.Parse("no-cache=\"withheld\""));

        Assert.Equal(["Cache-Status", "Content-Foo", "Kept", "Retry-After"], stored.Select(field => field.Key).Order());
    }

    [Fact]
    public void NotModified_ReplacesEveryFieldButThoseOfTheBody_Rfc9111_3_2()
    {
        var stored = new HeaderDictionary { ["A"] = "1", ["B"] = "1", ["Content-Length"] = "5", ["Content-Type"] = "a/b", ["Content-Encoding"] = "gzip" };
        var update = new HeaderDictionary { ["A"] = "2", ["C"] = "3", ["Content-Length"] = "0", ["Content-Type"] = "c/d", ["Content-Encoding"] = "br" };

        HeaderDictionary merged = StoredFields.Merge([.. stored], update);

        Assert.Equal(("2", "1", "3"), (merged["A"].ToString(), merged["B"].ToString(), merged["C"].ToString()));
        Assert.Equal(("5", "c/d", "gzip"), (merged["Content-Length"].ToString(), merged["Content-Type"].ToString(), merged["Content-Encoding"].ToString()));
    }
}
