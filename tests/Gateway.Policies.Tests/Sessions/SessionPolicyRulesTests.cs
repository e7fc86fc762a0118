using Gateway.Policies.Configuration;
using Gateway.Policies.Sessions;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

public sealed class SessionPolicyRulesTests
{
    [Fact]
    public void Rules_DefaultsAndAFullPolicy_FindNothing()
    {
        var full = new SessionPolicy
        {
            Token = [TokenSource.Bearer, new(TokenSourceKind.Cookie, "__Host-sid"), new(TokenSourceKind.Header, "X-Api-Key"), new(TokenSourceKind.Query, "api key")],
            Key = "sessionInfo:{token}:v1",
            Sliding = TimeSpan.FromMinutes(30),
            Forward = new Dictionary<string, string> { ["X-User-Id"] = "user_id", ["Authorization"] = "upstream_token" },
            Grace = TimeSpan.FromHours(24),
            Sign = new() { Secret = new string('s', 32) },
            Require = new Dictionary<string, IReadOnlyList<string>> { ["role"] = ["admin"] },
            MaxLifetime = TimeSpan.FromHours(8),
            ClockSkew = TimeSpan.FromSeconds(30),
        };

        Assert.Empty(MistakesOf(new SessionPolicy()));
        Assert.Empty(MistakesOf(full));
        Assert.Empty(MistakesOf(new SessionPolicy { Key = "s:{tenant}:{token}", Tenant = new("X-Tenant") }));
        Assert.Empty(MistakesOf(new SessionPolicy { Key = "s:{token}:{tenant}", Tenant = new(Header: null) }));
    }

    public static TheoryData<string, string, SessionPolicy> Bad => new()
    {
        { "Token", "Token is empty", new() { Token = [] } },
        { "Token", "names no cookie", new() { Token = [new(TokenSourceKind.Cookie, "a b")] } },
        { "Token", "names no header", new() { Token = [new(TokenSourceKind.Header, "X:Y")] } },
        { "Token", "whole header", new() { Token = [new(TokenSourceKind.Header, "authorization")] } },
        { "Token", "whole header", new() { Token = [new(TokenSourceKind.Header, "Cookie")] } },
        { "MaxTokenLength", "is 15", new() { MaxTokenLength = 15 } },
        { "MaxTokenLength", "is 8193", new() { MaxTokenLength = 8193 } },
        { "Key", "has no {token}", new() { Key = "session" } },
        { "Key", "more than once", new() { Key = "{token}:{token}" } },
        { "Key", "placeholder {user}", new() { Key = "{user}:{token}" } },
        { "Key", "space or control", new() { Key = "my session:{token}" } },
        { "Key", "too long", new() { Key = "{token}" + new string('k', 300) } },
        { "Sliding", "is 0s", new() { Sliding = TimeSpan.Zero } },
        { "Sliding", "is 366d", new() { Sliding = TimeSpan.FromDays(366) } },
        { "Grace", "is 500ms", new() { Grace = TimeSpan.FromMilliseconds(500) } },
        { "Grace", "is 2d", new() { Grace = TimeSpan.FromDays(2) } },
        { "Remember", "is 2m", new() { Remember = TimeSpan.FromMinutes(2) } },
        { "MaxLifetime", "is 0s", new() { MaxLifetime = TimeSpan.Zero } },
        { "ClockSkew", "is 11m", new() { ClockSkew = TimeSpan.FromMinutes(11) } },
        { "Key", "does not say where", new() { Key = "{tenant}:{token}" } },
        { "Key", "does not have {tenant} once", new() { Tenant = new("X-Tenant") } },
        { "Key", "apart", new() { Key = "s:{tenant}-{token}", Tenant = new("X-Tenant") } },
        { "Key", "apart", new() { Key = "s:{token}{tenant}", Tenant = new("X-Tenant") } },
        { "Tenant", "no header name", new() { Key = "{tenant}:{token}", Tenant = new("X Tenant") } },
        { "Require:role", "no value", new() { Require = new Dictionary<string, IReadOnlyList<string>> { ["role"] = [] } } },
        { "Sign", "nothing to sign", new() { Sign = new() { Secret = new string('s', 32) } } },
        { "Sign:Secret", "has 5 characters", Forwarding("X-User-Id", "user_id") with { Sign = new() { Secret = "short" } } },
        { "Sign:Header", "no header that", Forwarding("X-User-Id", "user_id") with { Sign = new() { Secret = new string('s', 32), Header = "Host" } } },
        { "Sign:Header", "forwarded too", Forwarding("X-User-Id", "user_id") with { Sign = new() { Secret = new string('s', 32), Header = "x_user_id" } } },
        { "Forward:X User", "no header name", Forwarding("X User", "user_id") },
        { "Forward:", "no header name", Forwarding("", "user_id") },
        { "Forward:Host", "belongs to", Forwarding("Host", "user_id") },
        { "Forward:Transfer-Encoding", "belongs to", Forwarding("Transfer-Encoding", "user_id") },
        { "Forward:content_length", "belongs to", Forwarding("content_length", "user_id") },
        { "Forward:X-User-Id", "names no field", Forwarding("X-User-Id", " ") },
        { "Forward:X_User", "look alike", new() { Forward = new Dictionary<string, string> { ["X-User"] = "a", ["X_User"] = "b" } } },
        { "Fields:User", "is empty", new() { Fields = new() { User = "" } } },
        { "Fields:Plan", "both \"user_id\"", new() { Fields = new() { Plan = "user_id" } } },
        { "ValidStates", "empty", new() { ValidStates = [] } },
        { "ValidStates", "empty", new() { ValidStates = ["active", ""] } },
    };

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public void Rules_OneMistake_NameKeyAndValueAndWhatIsAllowed(string key, string problem, SessionPolicy policy)
    {
        PolicyMistake mistake = Assert.Single(MistakesOf(policy));

        Assert.Equal(key, mistake.Key);
        Assert.Contains(problem, mistake.Problem, StringComparison.Ordinal);
        Assert.NotEmpty(mistake.Allowed);
    }

    private static SessionPolicy Forwarding(string header, string field) => new() { Forward = new Dictionary<string, string> { [header] = field } };

    private static List<PolicyMistake> MistakesOf(SessionPolicy policy)
    {
        var mistakes = new List<PolicyMistake>();
        foreach (IPolicyRule<SessionPolicy> rule in SessionPolicyRules.All)
        {
            rule.Check(policy, mistakes);
        }

        return mistakes;
    }
}
