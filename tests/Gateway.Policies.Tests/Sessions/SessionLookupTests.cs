using Gateway.Policies.Sessions;
using Gateway.Policies.Sessions.Memory;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

/// <summary>How long a session that was seen stays good while Redis is away, on a clock the test moves.</summary>
public sealed class SessionLookupTests
{
    private readonly SessionPolicy _policy = new() { WhenRedisFails = SessionOutage.Stale };

    [Theory]
    [InlineData(4.9, "stale")]
    [InlineData(5.1, "unavailable")]
    public async Task Stale_AfterMinutes_IsGoodWithinTheGrace(double minutes, string outcome)
    {
        Assert.Equal(outcome, await OutcomeAfterAsync(_policy, "{}", null, minutes));
    }

    [Theory]
    [InlineData(1.9, "stale")]
    [InlineData(2.1, "expired")]
    public async Task Stale_RecordExpiresWithinTheGrace_ExpiresAsItSays(double minutes, string outcome)
    {
        Assert.Equal(outcome, await OutcomeAfterAsync(_policy, """{"expires_at":"1970-01-01T00:02:00Z"}""", null, minutes));
    }

    [Theory]
    [InlineData(false, "unavailable")]
    [InlineData(true, "stale")]
    public async Task Stale_TimeToLiveEndsWithinTheGrace_OnlyAnIdleOneIsPassed(bool sliding, string outcome)
    {
        SessionPolicy policy = _policy with { Sliding = sliding ? TimeSpan.FromMinutes(30) : null };

        Assert.Equal(outcome, await OutcomeAfterAsync(policy, "{}", TimeSpan.FromMinutes(1), 2));
    }

    [Fact]
    public async Task Closed_SeenSession_DoesNotOutliveRedis()
    {
        Assert.Equal("unavailable", await OutcomeAfterAsync(new SessionPolicy(), "{}", null, 0));
    }

    [Fact]
    public async Task Stale_SessionWasSeenGone_IsNotGoodAnyLonger()
    {
        var setup = new LookupSetup(_policy);
        setup.Answer("{}");
        await setup.ReadAsync();
        setup.Answer("");
        await setup.ReadAsync();
        setup.Answer(null);

        Assert.Equal(SessionOutcome.Unavailable, (await setup.ReadAsync()).Outcome);
    }

    [Fact]
    public void Generations_ManyMoreThanCapacity_StayBoundedAndKeepTheLatest()
    {
        var kept = new Generations<Weight>(capacity: 100, maxBytes: long.MaxValue);
        for (uint i = 0; i < 10_000; i++)
        {
            kept.Put(i, new Weight(1));
        }

        Assert.InRange(Enumerable.Range(0, 10_000).Count(i => kept.TryGet((uint)i, out _)), 49, 100);
        Assert.True(kept.TryGet(9_999, out _));
    }

    [Fact]
    public void Generations_LargeValues_AreBoundedByBytes()
    {
        var kept = new Generations<Weight>(capacity: 100_000, maxBytes: 100_000);
        for (uint i = 0; i < 1_000; i++)
        {
            kept.Put(i, new Weight(10_000));
        }

        Assert.InRange(Enumerable.Range(0, 1_000).Count(i => kept.TryGet((uint)i, out _)), 4, 10);
    }

    private static async Task<string> OutcomeAfterAsync(SessionPolicy policy, string record, TimeSpan? timeToLive, double minutes)
    {
        var setup = new LookupSetup(policy);
        setup.Answer(record, timeToLive);
        await setup.ReadAsync();
        setup.Time.Advance(TimeSpan.FromMinutes(minutes));
        setup.Answer(null);
        return (await setup.ReadAsync()).Outcome.Name();
    }

    private sealed record Weight(int Size) : ISized;
}
