using Gateway.Policies.Configuration;
using Gateway.Policies.Sessions.Rules;

namespace Gateway.Policies.Sessions;

/// <summary>All checks of a session policy.</summary>
public static class SessionPolicyRules
{
    public static IReadOnlyList<IPolicyRule<SessionPolicy>> All { get; } =
    [
        new TokenSourceRule(),
        new TokenHeaderRule(),
        new MaxTokenLengthRule(),
        new KeyTokenRule(),
        new KeyPlaceholderRule(),
        new KeyTextRule(),
        new SlidingRule(),
        new GraceRule(),
        new RememberRule(),
        new MaxLifetimeRule(),
        new ClockSkewRule(),
        new TenantRule(),
        new RequireRule(),
        new SignRule(),
        new ForwardHeaderRule(),
        new ForwardLookAlikeRule(),
        new ForwardFieldRule(),
        new FieldNamesRule(),
        new ValidStatesRule(),
    ];
}
