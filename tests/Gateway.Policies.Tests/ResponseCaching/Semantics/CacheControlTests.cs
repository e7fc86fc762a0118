using FsCheck;
using FsCheck.Fluent;
using Gateway.Policies.ResponseCaching.Semantics;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Semantics;

/// <summary>RFC 9111 §5.2.</summary>
public sealed class CacheControlTests
{
    [Theory]
    [InlineData("max-age=3600", 3600L)]
    [InlineData("MAX-AGE=3600", 3600L)]
    [InlineData("max-age=\"3600\"", 3600L)]
    [InlineData("max-age=003600", 3600L)]
    [InlineData("foo, max-age=3600 , bar=baz", 3600L)]
    [InlineData(",,max-age=3600,,", 3600L)]
    [InlineData("max-age=1, max-age=3600", 1L)]
    [InlineData("ext=\"max-age=3600\", max-age=1", 1L)]
    [InlineData("max-age=1, ext=\"a, max-age=3600\"", 1L)]
    [InlineData("ext=\"a\\\", max-age=9\", max-age=1", 1L)]
    [InlineData("max-age=2147483648", 2147483648L)]
    [InlineData("max-age=99999999999999999999999999", 2147483648L)]
    [InlineData("max-age=-1", 0L)]
    [InlineData("max-age=3600.5", 0L)]
    [InlineData("max-age='3600'", 0L)]
    [InlineData("max-age=a3600", 0L)]
    [InlineData("max-age=", 0L)]
    [InlineData("max-age", 0L)]
    [InlineData("max-age =3600", 0L)]
    [InlineData("max-age= 3600", 0L)]
    [InlineData("xmax-age=3600", null)]
    [InlineData("", null)]
    [InlineData("ext=\"max-age=3600", null)]
    public void MaxAge_IsReadByTheGrammar_Rfc9111_5_2(string line, long? seconds) => Assert.Equal(seconds, CacheControl.Parse(line).MaxAge);

    [Fact]
    public void Lines_AreReadAsOneList() =>
        Assert.True(CacheControl.Parse(new StringValues(["max-age=1", "No-Store"])) is { MaxAge: 1, NoStore: true });

    [Fact]
    public void Directives_OfAResponse_AreAllRead()
    {
        CacheControl control = CacheControl.Parse(
            "s-maxage=1, public, private, no-cache, must-revalidate, proxy-revalidate, must-understand, no-transform, stale-while-revalidate=2, stale-if-error=3");

        Assert.True(control is
        {
            SharedMaxAge: 1, Public: true, Private: true, NoCache: true, MustRevalidate: true, ProxyRevalidate: true, MustUnderstand: true,
            NoTransform: true, StaleWhileRevalidate: 2, StaleIfError: 3,
        });
    }

    [Fact]
    public void MaxStale_WithoutAnArgument_AcceptsAnyAge_Rfc9111_5_2_1_2() => Assert.Equal(long.MaxValue, CacheControl.Parse("max-stale").MaxStale);

    [Fact]
    public void QualifiedForms_WithholdFieldsOnly_Rfc9111_5_2_2_4()
    {
        CacheControl control = CacheControl.Parse("no-cache=\"A, b\", private=C");

        Assert.False(control.NoCache || control.Private);
        Assert.Equal(["A", "b", "C"], control.WithheldFields);
    }

    [Fact]
    public void Parse_OfAnything_NeverThrowsAndStaysInRange() => Check.QuickThrowOnFailure(Prop.ForAll<string[]>(lines =>
    {
        CacheControl control = CacheControl.Parse(new StringValues(lines));
        return control.MaxAge is null or (>= 0 and <= DeltaSeconds.Max) && control.MinFresh is null or >= 0;
    }));

    [Fact]
    public void Parse_OfDirectivesInAnyOrderAmongNoise_FindsThem()
    {
        Gen<string[]> noise = Gen.ArrayOf(Gen.Elements("a", "b=c", "d=\"max-age=7, no-store\"", "", " ", "e=\"\\\"\"", "=", "f="));
        Check.QuickThrowOnFailure(Prop.ForAll(noise.Two().ToArbitrary(), pair =>
        {
            string line = string.Join(',', [.. pair.Item1, "max-age=5", .. pair.Item2]);
            return CacheControl.Parse(line) is { MaxAge: 5, NoStore: false };
        }));
    }
}
