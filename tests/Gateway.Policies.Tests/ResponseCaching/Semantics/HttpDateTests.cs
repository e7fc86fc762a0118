using FsCheck;
using FsCheck.Fluent;
using Gateway.Policies.ResponseCaching.Semantics;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Semantics;

/// <summary>RFC 9110 §5.6.7, RFC 9111 §4.2.</summary>
public sealed class HttpDateTests
{
    private const long Now = 1_800_000_000_000;

    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sun Nov  6 08:49:37 1994")]
    [InlineData("SUN, 06 NOV 1994 08:49:37 gmt")]
    public void Date_InAnyOfTheThreeForms_IsRead(string text)
    {
        Assert.True(HttpDate.TryParse(text, Now, out long unix));
        Assert.Equal(784_111_777_000, unix);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 EST")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 UTC")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 +0000")]
    [InlineData("Sun, 06 Nov 1994 8:49:37 GMT")]
    [InlineData("Sun, 06 Nov 94 08:49:37 GMT")]
    [InlineData("Sun 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06  Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 08.49.37 GMT")]
    [InlineData("Sun, 31 Feb 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Ebm 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 24:49:37 GMT")]
    public void Date_InNoForm_IsNotRead_Rfc9111_5_3(string text) => Assert.False(HttpDate.TryParse(text, Now, out _));

    [Theory]
    [InlineData("Sunday, 06-Nov-70 08:49:37 GMT", 2070)]
    [InlineData("Sunday, 06-Nov-90 08:49:37 GMT", 1990)]
    public void TwoDigitYear_MoreThan50YearsAhead_IsThePast(string text, int year)
    {
        Assert.True(HttpDate.TryParse(text, Now, out long unix));
        Assert.Equal(year, DateTimeOffset.FromUnixTimeMilliseconds(unix).Year);
    }

    [Fact]
    public void Date_OfAnyInstant_IsReadBack() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        second => HttpDate.TryParse(DateTimeOffset.FromUnixTimeSeconds(second).ToString("R"), Now, out long unix) && unix == second * 1000L));

    [Fact]
    public void Parse_OfAnything_NeverThrows() =>
        Check.QuickThrowOnFailure(Prop.ForAll<string>(text => HttpDate.TryParse(text, Now, out _) || true));

    [Fact]
    public void Parse_OfDatesWithOneCharacterChanged_NeverThrows() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Elements("Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994").ToArbitrary(),
        Gen.Choose(0, 40).ToArbitrary(),
        ArbMap.Default.ArbFor<char>(),
        (text, at, changed) => HttpDate.TryParse(text[..Math.Min(at, text.Length)] + changed + text[Math.Min(at + 1, text.Length)..], Now, out _) || true));
}
