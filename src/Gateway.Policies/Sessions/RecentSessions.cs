using System.Collections.Concurrent;

namespace Gateway.Policies.Sessions;

/// <summary>
/// Remembers sessions that were lately seen valid, for policies that stay <c>stale</c> while Redis is away. Two generations: when the
/// young one is full it becomes the old one and the old one is dropped, so memory is bounded and what is in use stays. Keyed by hash,
/// so that no token is kept.
/// </summary>
internal sealed class RecentSessions(TimeProvider time, int capacity = 50_000, long maxBytes = 32L << 20)
{
    private readonly int _youngCapacity = capacity / 2;
    private readonly long _youngBytes = maxBytes / 2;
    private readonly Lock _rotating = new();
    private volatile ConcurrentDictionary<UInt128, RecentSession> _young = new();
    private volatile ConcurrentDictionary<UInt128, RecentSession> _old = new();
    private int _count;
    private long _bytes;

    /// <summary>Remembers <paramref name="record"/> for <paramref name="goodFor"/> from now on.</summary>
    public void Remember(UInt128 id, SessionRecord record, TimeSpan goodFor)
    {
        var seen = new RecentSession(record, time.GetTimestamp() + (long)(goodFor.TotalSeconds * time.TimestampFrequency));
        ConcurrentDictionary<UInt128, RecentSession> young = _young;
        young.TryGetValue(id, out RecentSession? before);
        young[id] = seen;
        int count = before is null ? Interlocked.Increment(ref _count) : _count;
        long bytes = Interlocked.Add(ref _bytes, record.Size - (before?.Record.Size ?? 0));
        if (count >= _youngCapacity || bytes >= _youngBytes)
        {
            Rotate(young);
        }
    }

    /// <summary>Forgets a session that turned out to be ended or revoked.</summary>
    public void Forget(UInt128 id)
    {
        _young.TryRemove(id, out _);
        _old.TryRemove(id, out _);
    }

    /// <summary>The record as it was last seen; null when that was too long ago, or never.</summary>
    public SessionRecord? Recall(UInt128 id) =>
        (_young.TryGetValue(id, out RecentSession? seen) || _old.TryGetValue(id, out seen)) && seen.GoodUntil > time.GetTimestamp()
            ? seen.Record
            : null;

    private void Rotate(ConcurrentDictionary<UInt128, RecentSession> full)
    {
        lock (_rotating)
        {
            if (ReferenceEquals(full, _young))
            {
                _old = full;
                _young = new();
                _count = 0;
                _bytes = 0;
            }
        }
    }
}
