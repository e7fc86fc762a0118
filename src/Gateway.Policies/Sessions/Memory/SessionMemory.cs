using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Gateway.Policies.Routing;

namespace Gateway.Policies.Sessions.Memory;

/// <summary>
/// What was lately read for one policy. Keyed by a keyed hash of the record's key, so that no token is kept. Misses have a place of
/// their own: whoever tries tokens at random pushes no session out.
/// </summary>
internal sealed class SessionMemory(SessionTrust trust, TimeProvider time, int capacity = 50_000, long maxBytes = 32L << 20)
{
    private const int Stripes = 1024;
    private const int MissCapacity = 20_000;
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(SipHash.KeyLength);
    private readonly int[] _changes = new int[Stripes];
    private readonly Generations<SeenSession> _sessions = new(capacity, maxBytes);
    private readonly Generations<SeenSession> _misses = new(MissCapacity, long.MaxValue);

    public UInt128 IdOf(ReadOnlySpan<char> key) => SipHash.Hash(_secret, MemoryMarshal.AsBytes(key));

    /// <summary>Taken before a read is sent, given back with its answer.</summary>
    public MemoryStamp Stamp(UInt128 id) => new(trust.Epoch, Volatile.Read(ref ChangesOf(id)));

    /// <summary>What was seen, while that is fresh and nothing can have been missed since.</summary>
    public SeenSession? Fresh(UInt128 id) =>
        (_sessions.TryGet(id, out SeenSession? seen) || _misses.TryGet(id, out seen)) && trust.Holds(seen.Epoch) && seen.FreshUntil > time.GetTimestamp()
            ? seen
            : null;

    /// <summary>The session as it was last seen, for the time when Redis is away; null when that was too long ago, or never.</summary>
    public SeenSession? Good(UInt128 id) =>
        _sessions.TryGet(id, out SeenSession? seen) && seen.GoodUntil > time.GetTimestamp() ? seen : null;

    /// <summary>Keeps what was read, unless a revocation came after <paramref name="stamp"/>.</summary>
    public void Put(UInt128 id, SeenSession seen, in MemoryStamp stamp)
    {
        if (seen.Outcome is SessionOutcome.Valid)
        {
            _misses.Remove(id);
            _sessions.Put(id, seen);
        }
        else
        {
            _sessions.Remove(id);
            _misses.Put(id, seen);
        }

        // After the entry is in: a revocation either is seen here, or comes later and takes the entry out itself.
        if (Volatile.Read(ref ChangesOf(id)) != stamp.Changes)
        {
            Remove(id);
        }
    }

    /// <summary>A session was revoked or changed.</summary>
    public void Forget(UInt128 id)
    {
        Interlocked.Increment(ref ChangesOf(id));
        Remove(id);
    }

    private ref int ChangesOf(UInt128 id) => ref _changes[(int)((ulong)id & (Stripes - 1))];

    private void Remove(UInt128 id)
    {
        _sessions.Remove(id);
        _misses.Remove(id);
    }
}
