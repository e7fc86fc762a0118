using Gateway.Policies.RateLimiting;
using Gateway.Policies.Tests.RateLimiting.Support;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.Tests.RateLimiting.InMemory;

public sealed class InMemoryConcurrencyTests : ConcurrencyContract
{
    private protected override Task<LimitedApp> StartAsync(RateLimitPolicy policy, RequestDelegate destination) =>
        LimitedApp.StartAsync(Routes.With(policy), destination);
}
