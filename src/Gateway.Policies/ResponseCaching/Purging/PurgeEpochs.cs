using System.Collections.Concurrent;
using Gateway.Policies.ResponseCaching.Storage;

namespace Gateway.Policies.ResponseCaching.Purging;

/// <summary>
/// When what was last purged. A purge is a number, larger than every one before it; an entry carries the number that was known when its
/// fetch began, and is void once anything it belongs to has a larger one. So nothing is scanned, and a fetch that was under way during a
/// purge cannot undo it. Bounded: past the cap the oldest half becomes one purge of everything as old.
/// </summary>
internal sealed class PurgeEpochs
{
    private const int Cap = 10_000;
    private readonly ConcurrentDictionary<PurgeNotice, long> _epochs = new();
    private readonly Lock _gate = new();
    private string[] _prefixes = [];
    private long _now;
    private long _floor;

    /// <summary>The latest purge known: the stamp of a fetch that begins now.</summary>
    public long Now => Interlocked.Read(ref _now);

    /// <summary>Purges kept apart; those of everything are one number.</summary>
    public int Count => _epochs.Count;

    /// <summary>The purges kept apart, with their numbers.</summary>
    public IReadOnlyCollection<KeyValuePair<PurgeNotice, long>> Known => [.. _epochs];

    /// <summary>Everything that was fetched before this number is void.</summary>
    public long Floor => Interlocked.Read(ref _floor);

    /// <summary>A number for a purge that only this process knows of.</summary>
    public long Next() => Interlocked.Increment(ref _now);

    /// <summary>Takes note of a purge. Idempotent, in any order.</summary>
    public void Apply(PurgeNotice notice, long epoch)
    {
        Advance(epoch);
        if (notice is { Kind: PurgeKind.All, Soft: false })
        {
            Raise(ref _floor, epoch);
            return;
        }

        _epochs.AddOrUpdate(notice, epoch, (_, known) => Math.Max(known, epoch));
        lock (_gate)
        {
            if (!MakeRoom() && notice.Kind is not PurgeKind.Prefix)
            {
                return;
            }

            _prefixes = [.. _epochs.Keys.Where(key => key.Kind is PurgeKind.Prefix).Select(key => key.Value).Distinct(StringComparer.Ordinal)];
        }
    }

    /// <summary>Everything that was fetched before this number is void.</summary>
    public void ApplyAll(long epoch) => Apply(new PurgeNotice(PurgeKind.All, "", Soft: false), epoch);

    /// <summary>Later fetches carry at least this number.</summary>
    public void Advance(long epoch) => Raise(ref _now, epoch);

    public PurgeValidity Judge(CacheEntry entry)
    {
        if (entry.Stamp < Interlocked.Read(ref _floor))
        {
            return PurgeValidity.Void;
        }

        return _epochs.IsEmpty ? PurgeValidity.Valid
            : Reaches(entry, soft: false) ? PurgeValidity.Void
            : Reaches(entry, soft: true) ? PurgeValidity.Stale
            : PurgeValidity.Valid;
    }

    private bool Reaches(CacheEntry entry, bool soft)
    {
        bool reached = After(entry, new PurgeNotice(PurgeKind.Route, entry.Route, soft))
            || After(entry, new PurgeNotice(PurgeKind.Url, entry.Uri, soft))
            || (soft && After(entry, new PurgeNotice(PurgeKind.All, "", soft)));
        for (int i = 0; i < entry.Tags.Count && !reached; i++)
        {
            reached = After(entry, new PurgeNotice(PurgeKind.Tag, entry.Tags[i], soft));
        }

        foreach (string prefix in _prefixes)
        {
            reached = reached || (BeginsWith(entry.Uri, prefix) && After(entry, new PurgeNotice(PurgeKind.Prefix, prefix, soft)));
        }

        return reached;
    }

    private bool After(CacheEntry entry, PurgeNotice notice) => _epochs.TryGetValue(notice, out long epoch) && epoch > entry.Stamp;

    private static bool BeginsWith(string uri, string prefix)
    {
        if (!prefix.StartsWith('/'))
        {
            return uri.StartsWith(prefix, StringComparison.Ordinal);
        }

        int path = uri.IndexOf('/', uri.IndexOf("://", StringComparison.Ordinal) + 3);
        return path >= 0 && uri.AsSpan(path).StartsWith(prefix, StringComparison.Ordinal);
    }

    private bool MakeRoom()
    {
        if (_epochs.Count <= Cap)
        {
            return false;
        }

        foreach ((PurgeNotice notice, long epoch) in _epochs.OrderBy(known => known.Value).Take(Cap / 2).ToArray())
        {
            Raise(ref _floor, epoch);
            _epochs.TryRemove(notice, out _);
        }

        return true;
    }

    private static void Raise(ref long value, long atLeast)
    {
        long known = Interlocked.Read(ref value);
        while (known < atLeast)
        {
            long seen = Interlocked.CompareExchange(ref value, atLeast, known);
            if (seen == known)
            {
                return;
            }

            known = seen;
        }
    }
}
