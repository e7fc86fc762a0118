using Gateway.Policies.Configuration;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Tests.RateLimiting.Support;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting;

public sealed class RateLimitPolicyRulesTests
{
    [Theory]
    [InlineData(0, 60, "ClientIp", "Limit is 0")]
    [InlineData(-1, 60, "ClientIp", "Limit is -1")]
    [InlineData(100_001, 60, "ClientIp", "Limit is 100001")]
    [InlineData(1, 0, "ClientIp", "Window is 0s")]
    [InlineData(1, 2_592_001, "ClientIp", "Window is")]
    [InlineData(1, 60, "ClientIp,Route,ClientIp", "PartitionBy names ClientIp 2 times")]
    [InlineData(1, 60, "Header:x-a,Header:X-A", "PartitionBy names Header:x-a 2 times")]
    [InlineData(1, 60, "Header:X A", "PartitionBy names Header:X A")]
    [InlineData(1, 60, "Cookie:a=b", "PartitionBy names Cookie:a=b")]
    public void Rules_OfAMistake_NameIt(long limit, double seconds, string parts, string problem) =>
        Assert.StartsWith(problem, Assert.Single(Check(Routes.Limit("p", limit, seconds, parts.Split(',')))).Problem, StringComparison.Ordinal);

    [Fact]
    public void Rules_OfNoPartition_NameIt() =>
        Assert.Equal("PartitionBy is empty", Assert.Single(Check(Routes.Limit("p", 1, 60) with { PartitionBy = [] })).Problem);

    [Theory]
    [InlineData(1, 0.001, "Global")]
    [InlineData(100_000, 2_592_000, "Cookie:sid,Cookie:SID,Query:a b,SessionField:plan")]
    public void Rules_OfAGoodPolicy_FindNothing(long limit, double seconds, string parts) =>
        Assert.Empty(Check(Routes.Limit("p", limit, seconds, parts.Split(','))));

    private static List<PolicyMistake> Check(RateLimitPolicy policy)
    {
        var mistakes = new List<PolicyMistake>();
        foreach (IPolicyRule<RateLimitPolicy> rule in RateLimitPolicyRules.All)
        {
            rule.Check(policy, mistakes);
        }

        return mistakes;
    }
}
