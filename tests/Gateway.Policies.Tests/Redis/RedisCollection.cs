using Xunit;

namespace Gateway.Policies.Tests.Redis;

/// <summary>Tests that measure a deadline: one after the other, so that they do not starve each other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class RedisCollection
{
    public const string Name = "Redis";
}
