using System.Collections.Concurrent;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions.Memory;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.Sessions;

/// <summary>From a request to a verdict, for one policy; the same object for all routes that use it.</summary>
internal sealed class SessionLookup
{
    /// <summary>Keys up to this length are made on the stack.</summary>
    private const int ShortKey = 512;
    private readonly ISessionStore _store;
    private readonly SessionMemory _memory;
    private readonly TimeProvider _time;
    private readonly TokenReader _reader;
    private readonly SessionKeyTemplate _key;
    private readonly SessionSight _sight;
    private readonly SessionFormat _format;
    private readonly bool _remembers;
    private readonly bool _survives;
    private readonly ConcurrentDictionary<UInt128, SessionFlight> _flights = new();
    private readonly SessionLookupCounts _counts;

    public SessionLookup(SessionPolicy policy, ISessionStore store, SessionTrust trust, PartitionSecret secret, SessionMetrics metrics, TimeProvider time)
    {
        _store = store;
        _memory = new SessionMemory(trust, time);
        _time = time;
        _reader = new TokenReader(policy);
        _key = new SessionKeyTemplate(policy);
        _sight = new SessionSight(policy, secret, time);
        // A store in this process answers as fast as memory does.
        _remembers = store.IsShared && policy.Remember > TimeSpan.Zero;
        _format = policy.Format;
        _survives = policy.WhenRedisFails is SessionOutage.Stale;
        _counts = new SessionLookupCounts(metrics, policy.Name);
        PolicyName = policy.Name;
    }

    public string PolicyName { get; }

    /// <summary>The token as the request carries it.</summary>
    public FoundToken Find(HttpRequest request) => _reader.Read(request);

    /// <summary>What is remembered of the token's session, while that may be believed; null: it must be asked for. Allocates nothing.</summary>
    public SeenSession? Recall(in FoundToken found)
    {
        if (!_remembers || found.Token.IsEmpty)
        {
            return null;
        }

        return _memory.Fresh(IdOf(found));
    }

    /// <summary>A request was answered from memory. Not counted where it is recalled: a request may look twice.</summary>
    public void CountRecalled() => _counts.Memory.Add();

    /// <summary>Sends the read on its way, or joins one that is; does not wait for the answer.</summary>
    public PendingSession Begin(in FoundToken found, WaitBudget wait) => found.Token.IsEmpty
        ? new PendingSession(found, ValueTask.FromResult(new SessionVerdict(found.IsMissing ? SessionOutcome.Missing : SessionOutcome.Malformed)))
        : new PendingSession(found, ResolveAsync(KeyOf(found), found.Tenant, wait));

    /// <summary>Reads and judges, and changes nothing.</summary>
    public async ValueTask<(SessionVerdict Verdict, SessionRecord? Record)> InspectAsync(FoundToken found)
    {
        if (found.Token.IsEmpty)
        {
            return (new SessionVerdict(found.IsMissing ? SessionOutcome.Missing : SessionOutcome.Malformed), null);
        }

        string key = KeyOf(found);
        if (await ReadAsync(key, new WaitBudget()) is not { } read)
        {
            return (Survive(_memory.IdOf(key)), null);
        }

        (SeenSession seen, SessionRecord? record) = _sight.See(key, found.Tenant, read, _memory.Stamp(default).Epoch);
        return (new SessionVerdict(seen.Outcome, seen), record);
    }

    public string KeyOf(in FoundToken found) => _key.KeyOf(found);

    /// <summary>Forgets what is remembered of a record.</summary>
    public void Forget(string key)
    {
        UInt128 id = _memory.IdOf(key);
        _memory.Forget(id);
        // Who comes from now on must not get an answer that was sent before.
        _flights.TryRemove(id, out _);
    }

    private UInt128 IdOf(in FoundToken found)
    {
        int length = _key.LengthOf(found);
        if (length > ShortKey)
        {
            return _memory.IdOf(KeyOf(found));
        }

        Span<char> key = stackalloc char[ShortKey];
        _key.Write(found, key);
        return _memory.IdOf(key[..length]);
    }

    private async ValueTask<SessionVerdict> ResolveAsync(string key, string tenant, WaitBudget wait)
    {
        if (!_store.IsShared)
        {
            return await ReadAsync(key, wait) is { } read
                ? VerdictOf(_sight.See(key, tenant, read, epoch: 0).Seen)
                : new SessionVerdict(SessionOutcome.Unavailable);
        }

        UInt128 id = _memory.IdOf(key);
        var own = new SessionFlight(_memory.Stamp(id));
        SessionFlight flight = _flights.GetOrAdd(id, own);
        (ReferenceEquals(flight, own) ? _counts.Store : _counts.Joined).Add();
        SeenSession? seen = ReferenceEquals(flight, own) ? await LeadAsync(key, tenant, id, own, wait) : await JoinAsync(flight, wait);
        return seen is null ? Survive(id) : VerdictOf(seen);
    }

    private async ValueTask<SeenSession?> LeadAsync(string key, string tenant, UInt128 id, SessionFlight flight, WaitBudget wait)
    {
        SeenSession? seen = null;
        try
        {
            if (await ReadAsync(key, wait) is { } read)
            {
                seen = _sight.See(key, tenant, read, flight.Stamp.Epoch).Seen;
                Keep(id, seen, flight.Stamp);
            }

            return seen;
        }
        finally
        {
            _flights.TryRemove(new KeyValuePair<UInt128, SessionFlight>(id, flight));
            flight.Land(seen);
        }
    }

    // The flight ends within its first request's deadline; the wait counts against this request's own too.
    private async ValueTask<SeenSession?> JoinAsync(SessionFlight flight, WaitBudget wait)
    {
        wait.Begin(_time);
        try
        {
            return await flight.Answer;
        }
        finally
        {
            wait.End(_time);
        }
    }

    private void Keep(UInt128 id, SeenSession seen, in MemoryStamp stamp)
    {
        if (_remembers || _survives)
        {
            _memory.Put(id, seen, stamp);
        }
    }

    private async ValueTask<SessionRead?> ReadAsync(string key, WaitBudget wait)
    {
        try
        {
            return await _store.ReadAsync(key, wait, _format);
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    private SessionVerdict Survive(UInt128 id) => _survives && _memory.Good(id) is { } seen
        ? _sight.HasEnded(seen) ? new SessionVerdict(SessionOutcome.Expired) : new SessionVerdict(SessionOutcome.Stale, seen)
        : new SessionVerdict(SessionOutcome.Unavailable);

    private static SessionVerdict VerdictOf(SeenSession seen) => new(seen.Outcome, seen);
}
