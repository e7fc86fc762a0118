using FsCheck;
using FsCheck.Fluent;
using Gateway.Policies.ResponseCaching.Semantics;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Semantics;

/// <summary>RFC 9213, on the structured fields of RFC 9651.</summary>
public sealed class TargetedCacheControlTests
{
    [Theory]
    [InlineData("max-age=60", 60L)]
    [InlineData("max-age=60, max-age=5", 5L)]
    [InlineData("a=1;b=2, max-age=60;x, c=(1 \"two\" three);d", 60L)]
    [InlineData("max-age=60, ext=\"max-age=5\"", 60L)]
    [InlineData("max-age=60, b=:aGk=:", 60L)]
    [InlineData("max-age=\"60\"", null)]
    [InlineData("max-age=60.0", null)]
    [InlineData("max-age=999999999999999", DeltaSeconds.Max)]
    [InlineData("max-age=-5", 0L)]
    [InlineData("no-store", null)]
    public void Dictionary_ThatIsValid_StandsInPlaceOfCacheControl_Rfc9213_2_1(string line, long? maxAge)
    {
        Assert.True(TargetedCacheControl.TryParse(line, out CacheControl? control));
        Assert.Equal(maxAge, control.MaxAge);
    }

    [Theory]
    [InlineData("")]
    [InlineData("max-age=")]
    [InlineData("Max-Age=60")]
    [InlineData("max-age=60,")]
    [InlineData("max-age=60 b")]
    [InlineData("max-age=60 ,, b")]
    [InlineData("max-age=1234567890123456")]
    [InlineData("a=\"unterminated, max-age=60")]
    [InlineData("a=(1 2, max-age=60")]
    [InlineData("&")]
    public void Field_ThatIsNoDictionary_CountsForNothing_Rfc9213_2_1(string line) => Assert.False(TargetedCacheControl.TryParse(line, out _));

    [Fact]
    public void Booleans_CountOnlyWhenTrue()
    {
        Assert.True(TargetedCacheControl.TryParse("no-store=?0, private=?1, no-cache, must-revalidate=1", out CacheControl? control));
        Assert.True(control is { NoStore: false, Private: true, NoCache: true, MustRevalidate: false });
    }

    [Fact]
    public void Parse_OfAnything_NeverThrows() => Check.QuickThrowOnFailure(Prop.ForAll<string[]>(lines =>
        !TargetedCacheControl.TryParse(new StringValues(lines), out CacheControl? control) || control.MaxAge is null or (>= 0 and <= DeltaSeconds.Max)));
}
