using System.Net;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.Redis;

/// <summary>
/// Every fault under load, one after the other, on one deployment: what callers of limits, sessions and cache were told, how long they
/// waited, what the log says, and that everything is counted, found and stored in Redis again afterwards.
/// </summary>
public abstract class FaultMatrix(FaultFixture fixture)
{
    /// <summary>The deadline, and what a starved machine adds; the client's own timeouts would be 5 s. The exact figures are the outage measurement's.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(200 + 2300);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string[] Concerns = ["RateLimits", "Sessions", "Cache", "Events"];

    public static TheoryData<string> Faults => [.. RedisFault.All.Select(fault => fault.Name)];

    private FaultedGateway Gateway => fixture.Gateway;

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Redis(string isNow) => AssertEnduredAsync(RedisFault.All.Single(fault => fault.Name == isNow));

    protected async Task AssertEnduredAsync(RedisFault fault)
    {
        await UntilBackAsync();
        string token = await Gateway.SignInAsync();
        await Gateway.UntilSeenAsync(token);
        int left = await Gateway.CountAsync(fault.Name);
        int lines = Gateway.LinesWith("requests no longer wait");

        IReadOnlyList<Told> told = await EndureAsync(fault, token);

        AssertTold(fault, told);
        Assert.True(!fault.OpensCircuit || Gateway.LinesWith("requests no longer wait") - lines <= Concerns.Length, "the log says more than once that Redis fails");
        await AssertStateIsBackAsync(fault, left);
    }

    private async Task<IReadOnlyList<Told>> EndureAsync(RedisFault fault, string token)
    {
        await using var load = new Load(Gateway, token);
        await Eventually.TrueAsync(() => load.Count > 50, Patience);
        await fault.Begin(Gateway.Redis);
        try
        {
            await Eventually.TrueAsync(() => Gateway.AreAsync(available: false, fault.OpensCircuit ? ["RateLimits"] : []), Patience, $"an open circuit while Redis is {fault}");
            await Eventually.TrueAsync(async () => await AHundredAskNothingAsync(load) || !fault.OpensCircuit, Patience, $"a hundred requests in a row without a call of Redis, which is {fault}");
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"A circuit that stays closed while Redis is {fault}: {await Gateway.DescribeAsync()}\n{Gateway.Process.Output}");
        }
        finally
        {
            await fault.End(Gateway.Redis);
        }

        await UntilBackAsync();
        int atEnd = load.Count;
        await Eventually.TrueAsync(() => load.Count > atEnd + 50, Patience);
        return await load.StopAsync();
    }

    /// <summary>True when a hundred requests and more had no call of Redis begun for limits. The first ones may find calls from before the circuit opened.</summary>
    private async Task<bool> AHundredAskNothingAsync(Load load)
    {
        (long begun, long skipped) = await Gateway.CallsForLimitsAsync();
        int from = load.Count;
        await Eventually.TrueAsync(() => load.Count > from + 100, Patience);
        (long begunSince, long skippedSince) = await Gateway.CallsForLimitsAsync();
        return begun > 0 && begunSince == begun && skippedSince > skipped;
    }

    private static void AssertTold(RedisFault fault, IReadOnlyList<Told> told)
    {
        foreach (Told one in told)
        {
            bool gone = fault.LosesData && (one.Route is "strict" or "lenient");
            bool expected = one.Status == HttpStatusCode.OK
                || (one is { Status: HttpStatusCode.ServiceUnavailable, MayRetry: true } && (one.Route is "strict" || gone))
                || (one.Status == HttpStatusCode.Unauthorized && gone);
            Assert.True(expected, $"{one} while Redis was {fault}");
        }

        // A starved machine misses a deadline now and then.
        int refused = told.Count(one => one.Status != HttpStatusCode.OK);
        Assert.True(!fault.IsInvisible || refused <= told.Count / 20, $"{refused} of {told.Count} noticed that Redis was {fault}");
        TimeSpan longest = told.Max(one => one.Took);
        Assert.True(longest < LongestWait, $"a request took {longest.TotalMilliseconds:0} ms while Redis was {fault}");
    }

    private async Task AssertStateIsBackAsync(RedisFault fault, int left)
    {
        Assert.Equal(fault.LosesData ? 99 : left - 1, await Gateway.CountAsync(fault.Name));

        await Gateway.UntilSeenAsync(await Gateway.SignInAsync());

        int entries = await Gateway.SharedEntriesAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                using HttpResponseMessage stored = await Gateway.SendAsync("cache", "");
                return await Gateway.SharedEntriesAsync() > entries;
            },
            Patience,
            "a new entry in Redis");
    }

    private Task UntilBackAsync() => Eventually.TrueAsync(() => Gateway.AreAsync(available: true, Concerns), Patience, "Redis available for every concern");
}
