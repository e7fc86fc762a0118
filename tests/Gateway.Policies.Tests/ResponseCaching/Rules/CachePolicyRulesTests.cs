using Gateway.Policies.Configuration;
using Gateway.Policies.ResponseCaching;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Rules;

public sealed class CachePolicyRulesTests
{
    public static TheoryData<CachePolicy, string> Mistakes { get; } = new()
    {
        { new CachePolicy { Ttl = TimeSpan.Zero }, "Ttl: Ttl is 0s" },
        { new CachePolicy { Ttl = TimeSpan.FromDays(400) }, "Ttl: Ttl is 400d" },
        { new CachePolicy { Override = true }, "Override: Override is true, but there is no Ttl that could win" },
        { new CachePolicy { Force = true }, "Force: Force is true, but there is no Ttl that could win" },
        { new CachePolicy { StaleIfError = TimeSpan.FromDays(400) }, "StaleIfError: StaleIfError is 400d" },
        { new CachePolicy { StaleWhileRevalidate = TimeSpan.FromDays(400) }, "StaleWhileRevalidate: StaleWhileRevalidate is 400d" },
        { new CachePolicy { PerUser = true, Shared = true }, "Shared: Shared and PerUser are both true" },
        { new CachePolicy { VaryByQuery = ["a", "b&c"] }, "VaryByQuery: VaryByQuery names 'b&c'" },
        { new CachePolicy { Tags = ["a b"] }, "Tags: Tags has 'a b'" },
        { new CachePolicy { FetchWait = TimeSpan.FromHours(1) }, "FetchWait: FetchWait is 1h" },
        { new CachePolicy { MaxObject = new ByteSize(0) }, "MaxObject: MaxObject is 0" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Policy_WithAMistake_IsToldWhatIsWrong(CachePolicy policy, string mistake)
    {
        var mistakes = new List<PolicyMistake>();
        foreach (IPolicyRule<CachePolicy> rule in CachePolicyRules.All)
        {
            rule.Check(policy, mistakes);
        }

        Assert.Equal([mistake], mistakes.Select(found => $"{found.Key}: {found.Problem}"));
    }

    [Fact]
    public void Policy_OfTheDefaults_HasNoMistake()
    {
        var mistakes = new List<PolicyMistake>();
        foreach (IPolicyRule<CachePolicy> rule in CachePolicyRules.All)
        {
            rule.Check(new CachePolicy(), mistakes);
        }

        Assert.Empty(mistakes);
    }
}
