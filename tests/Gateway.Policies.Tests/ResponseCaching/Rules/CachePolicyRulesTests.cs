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
        { new CachePolicy { StatusTtl = new Dictionary<string, TimeSpan> { ["40x"] = TimeSpan.Zero } }, "StatusTtl: StatusTtl names '40x'" },
        { new CachePolicy { StatusTtl = new Dictionary<string, TimeSpan> { ["404"] = TimeSpan.FromDays(400) } }, "StatusTtl: StatusTtl gives 404 400d" },
        { new CachePolicy { IgnoreQuery = ["*"] }, "IgnoreQuery: IgnoreQuery names '*'" },
        { new CachePolicy { IgnoreQuery = ["a"], VaryByQuery = ["b"] }, "IgnoreQuery: IgnoreQuery and VaryByQuery are both there" },
        { new CachePolicy { VaryByHeader = ["a b"] }, "VaryByHeader: VaryByHeader names 'a b'" },
        { new CachePolicy { VaryByCookie = ["a=b"] }, "VaryByCookie: VaryByCookie names 'a=b'" },
        { new CachePolicy { VaryBySessionField = [""] }, "VaryBySessionField: VaryBySessionField names ''" },
        { new CachePolicy { Methods = [] }, "Methods: Methods is empty" },
        { new CachePolicy { Methods = ["GET", "POST"] }, "Methods: Methods names 'POST'" },
        { new CachePolicy { MinUses = 0 }, "MinUses: MinUses is 0" },
        { new CachePolicy { MinUses = 101 }, "MinUses: MinUses is 101" },
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
