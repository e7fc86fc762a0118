using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.RoundTrips;
using Gateway.Policies.Routing;
using Gateway.Policies.Tests.RateLimiting.Support;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.WorstCases;

/// <summary>The most that an approximate limit lets through: whoever uses all of it and then asks every gateway at once, while answers are late.</summary>
public sealed class ApproximateWorstCaseTests
{
    private const int Gateways = 3;
    private static readonly PermitRequest Request = Ask.For(limit: 300, seconds: 1) with { Approximate = true };

    [Theory]
    [InlineData(false, 315)]
    [InlineData(true, 330)]
    public async Task Acquire_OfEveryGatewayWhenAllIsUsed_AdmitsWhatTheDocsSay(bool answersAreLate, int stated)
    {
        var gateways = new SparingGateways(count: Gateways);
        SparingPermitStore[] stores = [.. Enumerable.Range(0, Gateways).Select(_ => gateways.Start())];
        int admitted = 0;
        while ((await gateways.Spy.PeekAsync(Request)).Remaining > 0)
        {
            admitted += await PassesAsync(stores[0]) ? 1 : 0;
        }

        // What Redis said is too old to be believed.
        gateways.Time.Advance(ApproximateCounts.Soon(Request) + TimeSpan.FromMicroseconds(1));
        var late = new TaskCompletionSource();
        gateways.Spy.Going = () => answersAreLate ? late.Task : Task.CompletedTask;
        Task<bool>[] asked = [.. stores.SelectMany(store => Enumerable.Range(0, 100).Select(_ => PassesAsync(store)))];
        late.SetResult();
        admitted += (await Task.WhenAll(asked)).Count(passed => passed);

        Assert.Equal(330, Request.Limit + (Gateways * ApproximateCounts.Most(Request, Gateways)));
        Assert.Equal(stated, admitted);
    }

    private static Task<bool> PassesAsync(SparingPermitStore store) => store.AcquireAsync(new[] { Request }, new PermitDecision[1], new WaitBudget()).AsTask();
}
