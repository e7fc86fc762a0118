using Gateway.Policies.Configuration;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.Charging;
using Gateway.Policies.Tests.RateLimiting.Support;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting;

public sealed class RateLimitPolicyRulesTests
{
    [Theory]
    [InlineData(0, 60, "ClientIp", "Limit is 0")]
    [InlineData(-1, 60, "ClientIp", "Limit is -1")]
    [InlineData(1_000_000_001, 60, "ClientIp", "Limit is 1000000001")]
    [InlineData(1, 0, "ClientIp", "Window is 0s")]
    [InlineData(1, 2_592_001, "ClientIp", "Window is")]
    [InlineData(1, 60, "ClientIp,Route,ClientIp", "PartitionBy names ClientIp 2 times")]
    [InlineData(1, 60, "Header:x-a,Header:X-A", "PartitionBy names Header:x-a 2 times")]
    [InlineData(1, 60, "Header:X A", "PartitionBy names Header:X A")]
    [InlineData(1, 60, "Cookie:a=b", "PartitionBy names Cookie:a=b")]
    public void Rules_OfAMistake_NameIt(long limit, double seconds, string parts, string problem) =>
        Assert.StartsWith(problem, Assert.Single(Check(Routes.Limit("p", limit, seconds, parts.Split(',')))).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(129)]
    public void Rules_OfAnIpv6Prefix_NameIt(int prefix) =>
        Assert.Equal($"Ipv6Prefix is {prefix}", Assert.Single(Check(Routes.Limit("p", 1, 60) with { Ipv6Prefix = prefix })).Problem);

    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    [InlineData(403)]
    public void Rules_OfAStatus_NameIt(int status) =>
        Assert.Equal($"Status is {status}", Assert.Single(Check(Routes.Limit("p", 1, 60) with { Status = status })).Problem);

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(long.MaxValue)]
    public void Rules_OfAnotherLimit_NameIt(long limit)
    {
        Assert.Equal($"ShadowLimit is {limit}", Assert.Single(Check(Routes.Limit("p", 1, 60) with { ShadowLimit = limit })).Problem);
        PolicyMistake plan = Assert.Single(Check(Routes.Limit("p", 1, 60) with { Plans = Routes.Plans("Header:X-Plan", ("free", limit), ("pro", 9)) }));
        Assert.Equal(("Plans:free", $"the limit of plan \"free\" is {limit}"), (plan.Key, plan.Problem));
    }

    [Fact]
    public void Rules_OfAShadowOfAShadow_NameIt() =>
        Assert.StartsWith("ShadowLimit", Assert.Single(Check(Routes.Limit("p", 1, 60) with { Shadow = true, ShadowLimit = 2 })).Problem, StringComparison.Ordinal);

    [Fact]
    public void Rules_OfPlansFromNoHeader_NameIt() =>
        Assert.Equal("Plans names Header:X Plan", Assert.Single(Check(Routes.Limit("p", 1, 60) with { Plans = Routes.Plans("Header:X Plan", ("free", 1)) })).Problem);

    [Theory]
    [InlineData("", "0", "Cost", "the cost of a request is 0")]
    [InlineData("", "11", "Cost", "the cost of a request is 11")]
    [InlineData("POST", "11", "Cost:POST", "the cost of a request is 11")]
    [InlineData("Default", "-1", "Cost", "the cost of a request is -1")]
    [InlineData("Header", "X Cost", "Cost:Header", "Cost names X Cost")]
    public void Rules_OfACost_NameIt(string name, string text, string key, string problem)
    {
        PolicyMistake mistake = Assert.Single(Check(Routes.Limit("p", 10, 60) with { Cost = Routes.Object<RequestCost>((name, text)) }));
        Assert.Equal((key, problem), (mistake.Key, mistake.Problem));
    }

    [Theory]
    [InlineData(50, 0)]
    [InlineData(5, 2)]
    public void Rules_OfACostOfABucket_GoByWhatItHolds(long burst, int mistakes) => Assert.Equal(mistakes, Check(Routes.Limit("p", 10, 60) with
    {
        Algorithm = RateLimitAlgorithm.TokenBucket, Burst = burst, Cost = Routes.Object<RequestCost>(("", "20")),
    }).Count);

    [Fact]
    public void Rules_OfACostBeyondAPlan_NameIt() => Assert.Contains("which is 3", Assert.Single(Check(
        Routes.Limit("p", 10, 60) with { Cost = Routes.Object<RequestCost>(("", "5")), Plans = Routes.Plans("Header:X-Plan", ("free", 3)) })).Allowed, StringComparison.Ordinal);

    [Fact]
    public void Rules_OfCountOnlyAndRefund_NameThem() => Assert.Equal(
        "Refund", Assert.Single(Check(Routes.Limit("p", 10, 60) with { CountOnly = [default], Refund = [default] })).Key);

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
