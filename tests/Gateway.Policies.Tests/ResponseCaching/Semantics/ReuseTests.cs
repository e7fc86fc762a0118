using Gateway.Policies.ResponseCaching.Semantics;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Semantics;

/// <summary>RFC 9111 §4 and §5.2.1, RFC 5861.</summary>
public sealed class ReuseTests
{
    private const long Now = 1_700_000_000_000;

    [Theory]
    [InlineData("max-age=60", 10, "", "Serve", "fresh")]
    [InlineData("max-age=60", 60, "", "Revalidate", "stale")]
    [InlineData("max-age=60", 10, "no-cache", "Revalidate", "request-no-cache")]
    [InlineData("max-age=60, no-cache", 10, "", "Revalidate", "no-cache")]
    [InlineData("max-age=60", 10, "max-age=5", "Revalidate", "request-max-age")]
    [InlineData("max-age=60", 10, "max-age=10", "Serve", "fresh")]
    [InlineData("max-age=60", 1, "max-age=0", "Revalidate", "request-max-age")]
    [InlineData("max-age=60", 10, "min-fresh=50", "Serve", "fresh")]
    [InlineData("max-age=60", 10, "min-fresh=51", "Revalidate", "request-min-fresh")]
    [InlineData("max-age=60", 70, "max-stale", "Serve", "max-stale")]
    [InlineData("max-age=60", 70, "max-stale=10", "Serve", "max-stale")]
    [InlineData("max-age=60", 70, "max-stale=9", "Revalidate", "stale")]
    [InlineData("max-age=60, must-revalidate", 70, "max-stale", "Revalidate", "stale")]
    [InlineData("max-age=60, proxy-revalidate", 70, "max-stale", "Revalidate", "stale")]
    [InlineData("s-maxage=60", 70, "max-stale", "Revalidate", "stale")]
    [InlineData("max-age=60, stale-while-revalidate=20", 70, "", "ServeAndRevalidate", "stale-while-revalidate")]
    [InlineData("max-age=60, stale-while-revalidate=20", 80, "", "Revalidate", "stale")]
    [InlineData("max-age=60, stale-while-revalidate=20, must-revalidate", 70, "", "Revalidate", "stale")]
    public void Stored_IsReusedWhereBothSidesAllow_Rfc9111_4(string response, int age, string request, string kind, string reason)
    {
        ReuseVerdict verdict = Reuse.Decide(TimesOf(response), CacheControl.Parse(request), softPurged: false, Now + (age * 1000));

        Assert.Equal((kind, reason), (verdict.Kind.ToString(), verdict.Reason));
    }

    [Theory]
    [InlineData("max-age=60", "Revalidate")]
    [InlineData("max-age=60, stale-while-revalidate=20", "ServeAndRevalidate")]
    public void Stored_ThatWasPurgedSoftly_IsStale(string response, string kind) =>
        Assert.Equal(kind, Reuse.Decide(TimesOf(response), CacheControl.None, softPurged: true, Now).Kind.ToString());

    [Theory]
    [InlineData("max-age=60, stale-if-error=10", 70, false, true)]
    [InlineData("max-age=60, stale-if-error=10", 71, false, false)]
    [InlineData("max-age=60", 61, false, false)]
    [InlineData("max-age=60", 61, true, true)]
    [InlineData("max-age=60", 60 + 3601, true, false)]
    [InlineData("max-age=60, stale-if-error=0", 61, true, false)]
    [InlineData("max-age=60, must-revalidate, stale-if-error=10", 61, true, false)]
    [InlineData("max-age=60, no-cache, stale-if-error=10", 61, true, false)]
    public void Stored_ReplacesAnErrorWithinItsWindow_Rfc5861_4(string response, int age, bool disconnected, bool may) =>
        Assert.Equal(may, Reuse.MayReplaceError(TimesOf(response), CacheControl.None, disconnected, Now + (age * 1000)));

    private static EntryTimes TimesOf(string cacheControl) =>
        Freshness.TimesOf(FreshnessTests.Facts(200, $"Cache-Control: {cacheControl}"), FreshnessRules.Rfc, Now, Now);
}
