using Gateway.Policies.Routing;
using Gateway.Policies.Sessions.Memory;

namespace Gateway.Policies.Sessions;

/// <summary>Makes of what was read what a policy sees in it, and for how long that is worth something.</summary>
internal sealed class SessionSight(SessionPolicy policy, PartitionSecret secret, TimeProvider time)
{
    private static readonly TimeSpan MissRemembered = TimeSpan.FromSeconds(1);
    private readonly SessionJudge _judge = new(policy);
    private readonly ForwardedFields _forwarded = new(policy);

    public (SeenSession Seen, SessionRecord? Record) See(string key, string tenant, in SessionRead read, int epoch)
    {
        DateTimeOffset now = time.GetUtcNow();
        (SessionOutcome outcome, SessionRecord? record) = _judge.Judge(read, now);
        if (outcome is not SessionOutcome.Valid)
        {
            TimeSpan brief = policy.Remember < MissRemembered ? policy.Remember : MissRemembered;
            return (new SeenSession(outcome) { Epoch = epoch, FreshUntil = After(brief) }, record);
        }

        TimeSpan? untilExpiry = record!.ExpiresAt - now + policy.ClockSkew;
        TimeSpan? due = policy.Sliding is { } sliding ? SlidingExtension.Due(sliding, read.TimeToLive, untilExpiry) : null;
        var session = new ValidSession(record, ValidSession.IdOf(key, secret), tenant, _forwarded.ValuesOf(record));
        return (new SeenSession(outcome, session)
        {
            Epoch = epoch,
            FreshUntil = After(FreshFor(read.TimeToLive, due, untilExpiry)),
            GoodUntil = After(GoodFor(read.TimeToLive)),
            ExtensionDue = due,
        }, record);
    }

    /// <summary>True when the record's expiry has passed since it was seen.</summary>
    public bool HasEnded(SeenSession seen) => seen.Session!.Record.ExpiresAt is { } end && _judge.HasEnded(end, time.GetUtcNow());

    // Never past the session's own end. With an idle time to live: no longer than until its next extension is due, so that extensions are
    // decided on what Redis says, at every gateway.
    private TimeSpan FreshFor(TimeSpan? timeToLive, TimeSpan? due, TimeSpan? untilExpiry)
    {
        TimeSpan fresh = Shorter(Shorter(policy.Remember, timeToLive), untilExpiry);
        bool isExtended = policy.Sliding is { } sliding && !(untilExpiry < sliding);
        TimeSpan? untilDue = isExtended ? (due ?? timeToLive) - (policy.Sliding!.Value * 0.9) : null;
        return Shorter(fresh, untilDue);
    }

    // An idle time to live would have been extended by the use that is now served; any other is an end, which no grace passes.
    private TimeSpan GoodFor(TimeSpan? timeToLive) => policy.Sliding is null ? Shorter(policy.Grace, timeToLive) : policy.Grace;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan? other) => other < one ? other.Value : one;

    private long After(TimeSpan span) => time.GetTimestamp() + (long)(span.TotalSeconds * time.TimestampFrequency);
}
