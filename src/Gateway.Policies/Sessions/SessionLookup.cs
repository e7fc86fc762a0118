using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.Sessions;

/// <summary>From a request to a verdict, for one policy.</summary>
internal sealed class SessionLookup(SessionPolicy policy, ISessionStore store, RecentSessions recent, PartitionSecret secret, TimeProvider time)
{
    private readonly TokenReader _reader = new(policy.Token, policy.MaxTokenLength);
    private readonly SessionKeyTemplate _key = new(policy.Key);
    private readonly SessionJudge _judge = new(policy);
    private readonly bool _remembers = policy.WhenRedisFails is SessionOutage.Stale;

    /// <summary>Reads the token and sends the read on its way; does not wait for the answer.</summary>
    public PendingSession Begin(HttpRequest request, WaitBudget wait)
    {
        FoundToken found = _reader.Read(request);
        if (found.IsMissing || found.IsMalformed)
        {
            return new PendingSession(found, null, default);
        }

        string key = _key.KeyOf(found.Token.Span);
        return new PendingSession(found, key, ReadAsync(key, wait));
    }

    /// <summary>What the answer means for the request. Changes nothing.</summary>
    public SessionVerdict Judge(PendingSession pending, in SessionRead read)
    {
        if (pending.Key is null)
        {
            return new SessionVerdict(pending.Found.IsMissing ? SessionOutcome.Missing : SessionOutcome.Malformed);
        }

        DateTimeOffset now = time.GetUtcNow();
        SessionVerdict verdict = _judge.Judge(read, now);
        return _remembers && verdict.Outcome is SessionOutcome.Unavailable ? Recall(pending.Key, now) : verdict;
    }

    /// <summary>Keeps what Redis said for the time when it is away.</summary>
    public void Remember(PendingSession pending, in SessionRead read, in SessionVerdict verdict)
    {
        if (!_remembers || pending.Key is null || read.Kind is SessionReadKind.Unavailable)
        {
            return;
        }

        if (verdict.Outcome is SessionOutcome.Valid)
        {
            recent.Remember(ValidSession.IdOf(pending.Key, secret), verdict.Record!, GoodFor(read));
        }
        else
        {
            recent.Forget(ValidSession.IdOf(pending.Key, secret));
        }
    }

    private async ValueTask<SessionRead> ReadAsync(string key, WaitBudget wait)
    {
        try
        {
            return await store.ReadAsync(key, wait);
        }
        catch (StoreUnavailableException)
        {
            return new SessionRead(SessionReadKind.Unavailable);
        }
    }

    private SessionVerdict Recall(string key, DateTimeOffset now)
    {
        if (recent.Recall(ValidSession.IdOf(key, secret)) is not { } record)
        {
            return new SessionVerdict(SessionOutcome.Unavailable);
        }

        SessionVerdict verdict = _judge.Judge(record, now);
        return verdict.Outcome is SessionOutcome.Valid ? verdict with { Outcome = SessionOutcome.Stale } : verdict;
    }

    // An idle time to live would have been extended by the use that is now served; any other is an end, which no grace passes.
    private TimeSpan GoodFor(in SessionRead read) =>
        policy.Sliding is null && read.TimeToLive is { } left && left < policy.Grace ? left : policy.Grace;
}
