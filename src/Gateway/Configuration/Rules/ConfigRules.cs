namespace Gateway.Configuration.Rules;

/// <summary>Every rule of the configuration.</summary>
internal static class ConfigRules
{
    public static IReadOnlyList<IConfigRule> All { get; } =
    [
        new KnownSectionsRule(),
        new RoutesExistRule(),
        new ClusterExistsRule(),
        new DestinationAddressRule(),
        new AmbiguousRoutesRule(),
        new DefaultPoliciesExistRule(),
        new PolicyNamesRule(),
        new RateLimitListRule(),
        new SessionForLimitRule(),
        new SessionForRequireRule(),
        new TrustedHeaderRule(),
        new SessionIssueRule(),
        new PolicyValuesRule(),
        new CorsPolicyExistsRule(),
        new CorsRule(),
        new RedisConnectionRule(),
        new RedisCertificatesRule(),
        new RangesRule(),
        new ListenAddressRule(),
        new KestrelEndpointsRule(),
        new AdminAddressRule(),
        new DemoApiRule(),
        new WarmupRule(),
        new InvalidatesTagsRule(),
    ];
}
