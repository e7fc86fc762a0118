using System.Text;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;
using Gateway.Policies.Sessions.InMemory;
using Microsoft.AspNetCore.Http;
using Gateway.Testing;
using Xunit;

namespace Gateway.Policies.Tests.Sessions;

/// <summary>How long a remembered session stays good, on a clock the test moves.</summary>
public sealed class SessionLookupTests
{
    private static readonly SessionRead Away = new(SessionReadKind.Unavailable);
    private readonly SteppedTime _time = new();
    private readonly SessionPolicy _policy = new() { WhenRedisFails = SessionOutage.Stale };

    [Theory]
    [InlineData(4.9, "stale")]
    [InlineData(5.1, "unavailable")]
    public void Stale_AfterMinutes_IsGoodWithinTheGrace(double minutes, string outcome)
    {
        Assert.Equal(outcome, OutcomeAfter(_policy, Found("{}"), minutes));
    }

    [Theory]
    [InlineData(1.9, "stale")]
    [InlineData(2.1, "expired")]
    public void Stale_RecordExpiresWithinTheGrace_ExpiresAsItSays(double minutes, string outcome)
    {
        Assert.Equal(outcome, OutcomeAfter(_policy, Found("""{"expires_at":"1970-01-01T00:02:00Z"}"""), minutes));
    }

    [Theory]
    [InlineData(false, "unavailable")]
    [InlineData(true, "stale")]
    public void Stale_TimeToLiveEndsWithinTheGrace_OnlyAnIdleOneIsPassed(bool sliding, string outcome)
    {
        SessionPolicy policy = _policy with { Sliding = sliding ? TimeSpan.FromMinutes(30) : null };

        Assert.Equal(outcome, OutcomeAfter(policy, Found("{}", TimeSpan.FromMinutes(1)), 2));
    }

    [Fact]
    public void Closed_SeenSession_IsNotRemembered()
    {
        Assert.Equal("unavailable", OutcomeAfter(new SessionPolicy(), Found("{}"), 0));
    }

    [Fact]
    public void RecentSessions_ManyMoreThanCapacity_StayBoundedAndKeepTheLatest()
    {
        var recent = new RecentSessions(_time, capacity: 100);
        SessionRecord record = SessionRecord.Read("{}"u8, new SessionFields())!;
        for (uint i = 0; i < 10_000; i++)
        {
            recent.Remember(i, record, TimeSpan.FromMinutes(5));
        }

        int remembered = Enumerable.Range(0, 10_000).Count(i => recent.Recall((uint)i) is not null);
        Assert.InRange(remembered, 49, 100);
        Assert.NotNull(recent.Recall(9_999));
    }

    [Fact]
    public void RecentSessions_LargeRecords_AreBoundedByBytes()
    {
        var recent = new RecentSessions(_time, maxBytes: 100_000);
        SessionRecord record = SessionRecord.Read(Encoding.UTF8.GetBytes($$"""{"x":"{{new string('x', 10_000)}}"}"""), new SessionFields())!;
        for (uint i = 0; i < 1_000; i++)
        {
            recent.Remember(i, record, TimeSpan.FromMinutes(5));
        }

        Assert.InRange(Enumerable.Range(0, 1_000).Count(i => recent.Recall((uint)i) is not null), 4, 10);
    }

    private static SessionRead Found(string record, TimeSpan? timeToLive = null) =>
        new(SessionReadKind.Found, Encoding.UTF8.GetBytes(record), timeToLive);

    private string OutcomeAfter(SessionPolicy policy, SessionRead read, double minutes)
    {
        var lookup = new SessionLookup(policy, new InMemorySessionStore(_time), new RecentSessions(_time), new PartitionSecret(), _time);
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = "Bearer abc";
        PendingSession pending = lookup.Begin(context.Request, new WaitBudget());
        lookup.Remember(pending, read, lookup.Judge(pending, read));
        _time.Advance(TimeSpan.FromMinutes(minutes));
        return lookup.Judge(pending, Away).Outcome.Name();
    }
}
