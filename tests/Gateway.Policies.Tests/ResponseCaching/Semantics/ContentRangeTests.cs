using FsCheck;
using FsCheck.Fluent;
using Gateway.Policies.ResponseCaching.Semantics;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Semantics;

/// <summary>RFC 9110 §14.4, and the lengths of §8.6.</summary>
public sealed class ContentRangeTests
{
    [Theory]
    [InlineData("bytes 0-4/10", true)]
    [InlineData("Bytes 0-9/10", true)]
    [InlineData("bytes 9-9/10", true)]
    [InlineData("bytes 0-10/10", false)]
    [InlineData("bytes 5-4/10", false)]
    [InlineData("bytes 0-4/*", false)]
    [InlineData("bytes */10", false)]
    [InlineData("bytes -4/10", false)]
    [InlineData("bytes 0 - 4/10", false)]
    [InlineData("bytes=0-4/10", false)]
    [InlineData("lines 0-4/10", false)]
    [InlineData("bytes 0-99999999999999999999/10", false)]
    [InlineData("", false)]
    public void Parse_TakesOneRangeOfAKnownLength(string text, bool valid) => Assert.Equal(valid, ContentRange.Parse(text) is not null);

    [Fact]
    public void Parse_OfTwoFields_IsNone() => Assert.Null(ContentRange.Parse(new StringValues(["bytes 0-4/10", "bytes 0-4/10"])));

    [Fact]
    public void Parse_OfAnyText_NeverThrows() => Check.QuickThrowOnFailure(Prop.ForAll<string>(text => ContentRange.Parse("bytes " + text) is not { Length: < 1 }));

    [Fact]
    public void Parse_OfWhatIsWritten_IsTheSame() => Check.QuickThrowOnFailure(Prop.ForAll<PositiveInt, PositiveInt, PositiveInt>((first, more, rest) =>
    {
        var range = new ContentRange(first.Get, (long)first.Get + more.Get, (long)first.Get + more.Get + rest.Get);
        return ContentRange.Parse(range.ToString()) == range;
    }));

    [Theory]
    [InlineData(0, 4, 5, 9, true)]
    [InlineData(5, 9, 0, 4, true)]
    [InlineData(0, 4, 2, 3, true)]
    [InlineData(0, 4, 6, 9, false)]
    [InlineData(6, 9, 0, 4, false)]
    public void Joins_WhatTouchesOrOverlaps(long first, long last, long then, long to, bool joins) =>
        Assert.Equal(joins, new ContentRange(first, last, 10).Joins(new ContentRange(then, to, 10)));

    [Theory]
    [InlineData(new[] { "4" }, "4")]
    [InlineData(new[] { "4", "4" }, "4")]
    [InlineData(new[] { "4, 4" }, "4")]
    [InlineData(new[] { "4", "5" }, null)]
    [InlineData(new[] { "4, x" }, null)]
    [InlineData(new[] { "-4" }, null)]
    [InlineData(new[] { "99999999999999999999" }, null)]
    public void Length_SaidSeveralTimes_IsThatOfAll(string[] lines, string? length) => Assert.Equal(length, ContentLengths.Single(lines).ToString() is { Length: > 0 } said ? said : null);

    [Theory]
    [InlineData("a=1", "a", "1")]
    [InlineData("b=2; a=1", "a", "1")]
    [InlineData("a=1; a=2", "a", "1;2")]
    [InlineData("ba=1", "a", null)]
    [InlineData("A=1", "a", null)]
    [InlineData("a", "a", null)]
    [InlineData("a=", "a", "")]
    [InlineData("a=b=c", "a", "b=c")]
    public void Cookie_OfAName_IsEveryValueItHas(string line, string name, string? value) => Assert.Equal(value, CookieValues.Of(line, name));

    [Theory]
    [InlineData(404, 1000L)]
    [InlineData(405, 2000L)]
    [InlineData(503, null)]
    [InlineData(99, null)]
    [InlineData(1000, null)]
    public void StatusLifetime_OfTheStatusItself_WinsOverItsClass(int status, long? lifetime)
    {
        var lifetimes = new StatusLifetimes(new Dictionary<string, TimeSpan> { ["404"] = TimeSpan.FromSeconds(1), ["4XX"] = TimeSpan.FromSeconds(2) });

        Assert.Equal(lifetime, lifetimes.Of(status));
    }
}
