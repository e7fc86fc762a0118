using FsCheck;
using FsCheck.Fluent;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.RateLimiting.RoundTrips;
using Gateway.Policies.Tests.RateLimiting.Support;
using Xunit;

namespace Gateway.Policies.Tests.RateLimiting.RoundTrips;

/// <summary>However gateways that hold permits stop, forget and hear late: no window sees more than the limit.</summary>
public sealed class LeaseSafetyTests
{
    private const int Limit = 400;
    private const int Gateways = 3;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(0.4);
    private long _leased;
    private int _crowded;

    [Fact]
    public void Acquire_ByGatewaysThatCrashPauseAndLag_NeverExceedsTheLimitInAnyWindow()
    {
        Prop.ForAll(Traces(), async steps =>
        {
            List<long> admitted = await RunAsync(steps);
            for (int i = 0; i + Limit < admitted.Count; i++)
            {
                long span = admitted[i + Limit] - admitted[i];
                Assert.True(span >= Window.Ticks, $"{Limit + 1} requests within {TimeSpan.FromTicks(span)}");
            }

            return true;
        }).QuickCheckThrowOnFailure();

        Assert.True(_leased > 10_000, $"Only {_leased} permits were held: the traces try nothing.");
        Assert.True(_crowded > 20, $"Only {_crowded} traces went beyond the limit: they try nothing.");
    }

    private static Arbitrary<Step[]> Traces() =>
        (from gateway in Gen.Choose(0, Gateways - 1)
         from requests in Gen.Choose(5, 60)
         from gap in Gen.Choose(10, 300)
         from lag in Gen.Frequency((8, Gen.Constant(0)), (2, Gen.Choose(1, 50)))
         from pause in Gen.Frequency((20, Gen.Constant(0)), (4, Gen.Choose(1, 60)), (1, Gen.Choose(300, 420)))
         from crashes in Gen.Frequency((12, Gen.Constant(false)), (1, Gen.Constant(true)))
         select new Step(gateway, requests, gap, lag, pause, crashes)).ArrayOf(150).ToArbitrary();

    /// <summary>
    /// The moments of all admissions, in order: of a request whose permit was held that of its decision; of one that a call was made
    /// for that of the store's decision, however long the answer took. The gateways believe to be alone, so that they hold much.
    /// </summary>
    private async Task<List<long>> RunAsync(Step[] steps)
    {
        var gateways = new SparingGateways();
        SparingPermitStore[] stores = [.. Enumerable.Range(0, Gateways).Select(_ => gateways.Start())];
        var admitted = new List<long>();
        PermitRequest request = Ask.For(Limit, Window.TotalSeconds);
        foreach (Step step in steps)
        {
            stores[step.Gateway] = step.Crashes ? gateways.Start() : stores[step.Gateway];
            gateways.Time.Advance(TimeSpan.FromMilliseconds(step.Pause));
            for (int i = 0; i < step.Requests; i++)
            {
                gateways.Time.Advance(TimeSpan.FromMicroseconds(step.Gap));
                long? asked = null;
                gateways.Spy.Going = () => Lag(step.Lag / 2.0, gateways.Time, () => asked = gateways.Time.GetTimestamp());
                gateways.Spy.Coming = () => Lag(step.Lag, gateways.Time, () => { });
                if ((await stores[step.Gateway].AcquireAsync(request)).Outcome is PermitOutcome.Admitted)
                {
                    admitted.Add(asked ?? gateways.Time.GetTimestamp());
                }
            }
        }

        _leased += gateways.Saved.ByLease;
        _crowded += admitted.Count > Limit ? 1 : 0;
        return admitted;
    }

    private static Task Lag(double milliseconds, ManualTime time, Action then)
    {
        time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        then();
        return Task.CompletedTask;
    }

    private sealed record Step(int Gateway, int Requests, int Gap, int Lag, int Pause, bool Crashes);
}
