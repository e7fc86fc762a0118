using Gateway.Policies.RateLimiting;

namespace Gateway.Policies.Tests.RateLimiting.Support;

/// <summary>A store with a clock that the test moves.</summary>
internal interface IStoreUnderTest
{
    IPermitStore Store { get; }

    /// <summary>Its clock, in microseconds since 1970.</summary>
    long Now { get; }

    /// <summary>Moves the store's clock; in Redis also back.</summary>
    Task AdvanceAsync(TimeSpan by);
}
