using FsCheck;
using FsCheck.Fluent;
using Gateway.Policies.ResponseCaching.Semantics;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Semantics;

/// <summary>RFC 9110 §8.8 and §13.</summary>
public sealed class ValidatorsTests
{
    private const long Now = 1_700_000_000_000;
    private const long Modified = 784_111_777_000;

    [Theory]
    [InlineData("\"a\"", "\"a\"", true)]
    [InlineData("W/\"a\"", "\"a\"", true)]
    [InlineData("\"a\"", "W/\"a\"", true)]
    [InlineData("\"b\", \"a\"", "\"a\"", true)]
    [InlineData("\"b,\"a\"", "\"a\"", false)]
    [InlineData("\"x, \\\"a\\\"\", \"b\"", "\"a\"", false)]
    [InlineData("*", "\"a\"", true)]
    [InlineData("*", null, true)]
    [InlineData("\"a\"", null, false)]
    [InlineData("a", "a", true)]
    [InlineData("\"A\"", "\"a\"", false)]
    public void IfNoneMatch_ComparesWeakly_Rfc9110_13_1_2(string condition, string? etag, bool notModified) =>
        Assert.Equal(notModified, Validators.IsNotModified(new HeaderDictionary { ["If-None-Match"] = condition }, etag, null, Now, Now));

    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", true)]
    [InlineData("Sun, 06 Nov 1994 08:49:36 GMT", false)]
    [InlineData("yesterday", false)]
    public void IfModifiedSince_ComparesWithLastModified_Rfc9110_13_1_3(string since, bool notModified) =>
        Assert.Equal(notModified, Validators.IsNotModified(new HeaderDictionary { ["If-Modified-Since"] = since }, null, Modified, Now, Now));

    [Fact]
    public void IfNoneMatch_WinsOverIfModifiedSince_Rfc9110_13_2_2()
    {
        var request = new HeaderDictionary { ["If-None-Match"] = "\"b\"", ["If-Modified-Since"] = "Sun, 06 Nov 1994 08:49:37 GMT" };

        Assert.False(Validators.IsNotModified(request, "\"a\"", Modified, Now, Now));
    }

    [Theory]
    [InlineData("\"a\"", true)]
    [InlineData("W/\"a\"", false)]
    [InlineData("\"b\"", false)]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", true)]
    [InlineData("Sun, 06 Nov 1994 08:49:38 GMT", false)]
    [InlineData("junk", false)]
    public void IfRange_ComparesStrongly_Rfc9110_13_1_5(string condition, bool applies) =>
        Assert.Equal(applies, Validators.RangeApplies(condition, "\"a\"", Modified, Now, Now));

    [Fact]
    public void Conditions_OfAnyText_NeverThrow() => Check.QuickThrowOnFailure(Prop.ForAll<string, string>((one, other) =>
    {
        var request = new HeaderDictionary { ["If-None-Match"] = one, ["If-Modified-Since"] = other };
        return Validators.IsNotModified(request, other, null, Now, Now) || Validators.RangeApplies(one, other, null, Now, Now) || true;
    }));

    [Fact]
    public void Range_OfAnyText_StaysWithinTheBody() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.ArrayOf(Gen.Elements('0', '1', '9', '-', ',', ' ', 'x')).ToArbitrary(),
        Gen.Choose(0, 30).ToArbitrary(),
        (text, size) => RangeRequest.Resolve($"bytes={new string(text)}", size, out ByteRange range) is not RangeOutcome.Partial
            || (range.First >= 0 && range.Length > 0 && range.First + range.Length <= size)));
}
