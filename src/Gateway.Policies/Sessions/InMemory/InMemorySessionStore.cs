using System.Collections.Concurrent;
using Gateway.Policies.Routing;

namespace Gateway.Policies.Sessions.InMemory;

/// <summary>
/// Sessions in this process, for a gateway without Redis: not shared with other gateways and gone at a restart. Holds a bounded number
/// and refuses a new one beyond it, since dropping a live session would log somebody out.
/// </summary>
internal sealed class InMemorySessionStore(TimeProvider time, int capacity = 100_000) : ISessionStore
{
    private readonly ConcurrentDictionary<string, StoredRecord> _records = new();
    private readonly Dictionary<string, HashSet<string>> _owners = [];
    private readonly Lock _writing = new();
    private long _nextSweep;

    public bool IsShared => false;

    public ValueTask<SessionRead> ReadAsync(string key, WaitBudget wait, SessionFormat format = SessionFormat.Json) =>
        ValueTask.FromResult(_records.TryGetValue(key, out StoredRecord? stored) && Left(stored) is { Ticks: > 0 } left
            ? new SessionRead(SessionReadKind.Found, stored.Record, left)
            : new SessionRead(SessionReadKind.Missing));

    public ValueTask ExtendAsync(string key, TimeSpan timeToLive, WaitBudget wait)
    {
        if (_records.TryGetValue(key, out StoredRecord? stored) && Left(stored) > TimeSpan.Zero)
        {
            // A concurrent deletion or write wins.
            _records.TryUpdate(key, stored with { EndsAt = EndOf(timeToLive) }, stored);
        }

        return ValueTask.CompletedTask;
    }

    /// <exception cref="StoreUnavailableException">The store is full of live sessions.</exception>
    public ValueTask<bool> CreateAsync(NewSession session, WaitBudget wait)
    {
        lock (_writing)
        {
            Sweep();
            if (_records.TryGetValue(session.Key, out StoredRecord? taken) && Left(taken) > TimeSpan.Zero)
            {
                return ValueTask.FromResult(false);
            }

            _records[session.Key] = new StoredRecord(session.Record, EndOf(session.TimeToLive));
            Enlist(session);
        }

        return ValueTask.FromResult(true);
    }

    public ValueTask<bool> DeleteAsync(string key, WaitBudget wait) =>
        ValueTask.FromResult(_records.TryRemove(key, out StoredRecord? stored) && Left(stored) > TimeSpan.Zero);

    public ValueTask<IReadOnlyList<string>> ListAsync(string owner, WaitBudget wait)
    {
        lock (_writing)
        {
            return ValueTask.FromResult<IReadOnlyList<string>>(_owners.TryGetValue(owner, out HashSet<string>? keys) ? [.. keys] : []);
        }
    }

    public ValueTask<int> DeleteAsync(string owner, IReadOnlyList<string> keys, WaitBudget wait)
    {
        lock (_writing)
        {
            int removed = keys.Count(key => _records.TryRemove(key, out StoredRecord? stored) && Left(stored) > TimeSpan.Zero);
            Unlist(owner);
            return ValueTask.FromResult(removed);
        }
    }

    public ValueTask<bool> RewriteAsync(NewSession session, ReadOnlyMemory<byte> was, WaitBudget wait)
    {
        lock (_writing)
        {
            bool unchanged = _records.TryGetValue(session.Key, out StoredRecord? stored) && Left(stored) > TimeSpan.Zero && stored.Record.Span.SequenceEqual(was.Span);
            if (unchanged && _records.TryUpdate(session.Key, new StoredRecord(session.Record, EndOf(session.TimeToLive)), stored!))
            {
                Enlist(session);
                return ValueTask.FromResult(true);
            }

            return ValueTask.FromResult(false);
        }
    }

    public ValueTask<bool> ExistsAsync(string key, WaitBudget wait) =>
        ValueTask.FromResult(_records.TryGetValue(key, out StoredRecord? stored) && Left(stored) > TimeSpan.Zero);

    public ValueTask<SessionCount> CountAsync(SessionKeyPattern pattern, WaitBudget wait) =>
        ValueTask.FromResult(new SessionCount(_records.Count(entry => pattern.Matches(entry.Key) && Left(entry.Value) > TimeSpan.Zero), IsWhole: true));

    public ValueTask UnlistAsync(string owner, IReadOnlyList<string> keys, WaitBudget wait)
    {
        lock (_writing)
        {
            Unlist(owner);
            return ValueTask.CompletedTask;
        }
    }

    private void Enlist(NewSession session)
    {
        if (session.Owner is { } owner)
        {
            (_owners.TryGetValue(owner, out HashSet<string>? keys) ? keys : _owners[owner] = []).Add(session.Key);
        }
    }

    private long EndOf(TimeSpan timeToLive) => time.GetTimestamp() + (long)(timeToLive.TotalSeconds * time.TimestampFrequency);

    private TimeSpan Left(StoredRecord stored) => time.GetElapsedTime(time.GetTimestamp(), stored.EndsAt);

    // Once a minute, and whenever the store is full.
    private void Sweep()
    {
        long now = time.GetTimestamp();
        if (now < _nextSweep && _records.Count < capacity)
        {
            return;
        }

        _nextSweep = now + (60 * time.TimestampFrequency);
        foreach (KeyValuePair<string, StoredRecord> ended in _records.Where(entry => entry.Value.EndsAt <= now))
        {
            _records.TryRemove(ended);
        }

        foreach (string owner in _owners.Keys.ToArray())
        {
            Unlist(owner);
        }

        if (_records.Count >= capacity)
        {
            throw new StoreUnavailableException($"this process already holds {capacity} sessions; configure Gateway:Redis for more");
        }
    }

    private void Unlist(string owner)
    {
        if (_owners.TryGetValue(owner, out HashSet<string>? keys) && keys.RemoveWhere(key => !_records.ContainsKey(key)) >= 0 && keys.Count == 0)
        {
            _owners.Remove(owner);
        }
    }
}
