using FsCheck;
using FsCheck.Fluent;
using Gateway.Policies.ResponseCaching.Semantics;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Semantics;

/// <summary>RFC 9111 §4.2.</summary>
public sealed class FreshnessTests
{
    private const long Now = 1_700_000_000_000;
    private const string Date = "Tue, 14 Nov 2023 22:13:20 GMT";

    [Theory]
    [InlineData("", 0L, nameof(LifetimeSource.None))]
    [InlineData("Cache-Control: max-age=60", 60L, nameof(LifetimeSource.MaxAge))]
    [InlineData("Cache-Control: max-age=60, s-maxage=5", 5L, nameof(LifetimeSource.SharedMaxAge))]
    [InlineData("Cache-Control: max-age=60|Expires: Tue, 14 Nov 2023 22:14:00 GMT", 60L, nameof(LifetimeSource.MaxAge))]
    [InlineData("Expires: Tue, 14 Nov 2023 22:14:00 GMT", 40L, nameof(LifetimeSource.Expires))]
    [InlineData("Expires: Tue, 14 Nov 2023 22:13:00 GMT", 0L, nameof(LifetimeSource.Expires))]
    [InlineData("Expires: 0", 0L, nameof(LifetimeSource.Expires))]
    [InlineData("CDN-Cache-Control: max-age=7|Cache-Control: max-age=60, s-maxage=5", 7L, nameof(LifetimeSource.MaxAge))]
    [InlineData("CDN-Cache-Control: no-transform|Expires: Tue, 14 Nov 2023 22:14:00 GMT", 0L, nameof(LifetimeSource.None))]
    [InlineData("CDN-Cache-Control: MAX|Cache-Control: max-age=60", 60L, nameof(LifetimeSource.MaxAge))]
    [InlineData("Last-Modified: Tue, 14 Nov 2023 22:11:40 GMT", 0L, nameof(LifetimeSource.None))]
    public void Lifetime_ComesFromTheMostSpecificStatement_Rfc9111_4_2_1(string fields, long seconds, string source)
    {
        (long lifetime, LifetimeSource decided) = Freshness.LifetimeOf(Facts(200, fields), FreshnessRules.Rfc);

        Assert.Equal((seconds * 1000, source), (lifetime, decided.ToString()));
    }

    [Theory]
    [InlineData(200, "Last-Modified: Tue, 14 Nov 2023 22:11:40 GMT", 10L)]
    [InlineData(201, "Last-Modified: Tue, 14 Nov 2023 22:11:40 GMT", 0L)]
    [InlineData(201, "Last-Modified: Tue, 14 Nov 2023 22:11:40 GMT|Cache-Control: public", 10L)]
    [InlineData(404, "Last-Modified: Tue, 14 Nov 2023 22:11:40 GMT", 10L)]
    [InlineData(200, "Last-Modified: Tue, 14 Nov 2023 22:15:00 GMT", 0L)]
    [InlineData(200, "Last-Modified: Tue, 14 Nov 2023 22:11:40 GMT|Cache-Control: max-age=3", 3L)]
    [InlineData(200, "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT", 86_400L)]
    public void Heuristic_IsATenthOfTheAgeAtLastModified_Rfc9111_4_2_2(int status, string fields, long seconds) =>
        Assert.Equal(seconds * 1000, Freshness.LifetimeOf(Facts(status, fields), new FreshnessRules { Heuristic = true }).Lifetime);

    [Theory]
    [InlineData("", false, 9L)]
    [InlineData("Cache-Control: max-age=60", false, 60L)]
    [InlineData("Cache-Control: max-age=60", true, 9L)]
    [InlineData("Cache-Control: no-cache", false, 0L)]
    public void Ttl_FillsInOrOverrides(string fields, bool wins, long seconds) =>
        Assert.Equal(seconds * 1000, Freshness.LifetimeOf(Facts(200, fields), new FreshnessRules { Ttl = 9000, Override = wins }).Lifetime);

    [Theory]
    [InlineData("", 0, 0, 0L)]
    [InlineData("Age: 30", 0, 0, 30_000L)]
    [InlineData("Age: 30", 1500, 0, 31_500L)]
    [InlineData("Age: 30, 99", 0, 0, 30_000L)]
    [InlineData("Age: abc", 0, 0, 0L)]
    [InlineData("Age: -5", 0, 0, 0L)]
    [InlineData("Age: 30", 0, 40_000, 40_000L)]
    [InlineData("", 0, -40_000, 0L)]
    public void InitialAge_IsTheLargerOfApparentAndCorrectedAge_Rfc9111_4_2_3(string fields, long delay, long sinceDate, long age)
    {
        var headers = new HeaderDictionary();
        Add(headers, fields);
        headers["Date"] = DateTimeOffset.FromUnixTimeMilliseconds(Now - sinceDate).ToString("R");

        Assert.Equal(age, Freshness.InitialAge(ResponseFacts.Read(200, headers, Now), Now - delay, Now));
    }

    [Fact]
    public void Arithmetic_OnAnyNumbers_NeverOverflowsOrThrows() => Check.QuickThrowOnFailure(Prop.ForAll<string, string, long>((age, maxAge, later) =>
    {
        var headers = new HeaderDictionary { ["Age"] = age, ["Cache-Control"] = $"max-age={maxAge}, stale-if-error={age}" };
        EntryTimes times = Freshness.TimesOf(ResponseFacts.Read(200, headers, Now), FreshnessRules.Rfc, Now - 5, Now);
        long now = Now + Math.Abs(later % (1L << 50));
        return times.InitialAge >= 0 && times.Lifetime >= 0 && times.AgeAt(now) >= times.InitialAge && times.LeftAt(now) <= times.Lifetime;
    }));

    [Fact]
    public void Arithmetic_OnAbsurdNumbers_Saturates()
    {
        ResponseFacts facts = Facts(200, $"Age: {new string('9', 100)}|Cache-Control: max-age={new string('9', 100)}");
        EntryTimes times = Freshness.TimesOf(facts, FreshnessRules.Rfc, Now, Now);

        Assert.Equal((DeltaSeconds.Max * 1000, DeltaSeconds.Max * 1000), (times.Lifetime, times.InitialAge));
        Assert.False(times.IsFreshAt(Now));
    }

    internal static ResponseFacts Facts(int status, string fields)
    {
        var headers = new HeaderDictionary { ["Date"] = Date };
        Add(headers, fields);
        return ResponseFacts.Read(status, headers, Now);
    }

    private static void Add(HeaderDictionary headers, string fields)
    {
        foreach (string field in fields.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = field.IndexOf(':', StringComparison.Ordinal);
            headers.Append(field[..colon], field[(colon + 1)..].Trim());
        }
    }
}
