namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>
/// How often keys were missed lately, for MinUses. A table of fixed size that holds hashes only, seeded for this process: keys that share a
/// place displace each other, and are then stored a request later.
/// </summary>
internal sealed class MissCounts(TimeProvider time)
{
    private const int KeptSeconds = 600;
    private readonly ulong[] _places = new ulong[64 * 1024];
    private readonly long _began = time.GetTimestamp();

    /// <summary>Counts a miss; returns how many there were in the last ten minutes, at most 255.</summary>
    public int Add(string key)
    {
        uint hash = (uint)key.GetHashCode(StringComparison.Ordinal);
        ref ulong place = ref _places[hash % (uint)_places.Length];
        uint second = (uint)time.GetElapsedTime(_began).TotalSeconds;
        ulong old = Volatile.Read(ref place);
        bool same = (uint)(old >> 32) == hash && second - ((uint)old >> 8) < KeptSeconds;
        uint count = same ? Math.Min(((uint)old & 255) + 1, 255) : 1;
        uint since = same ? (uint)old >> 8 : second;

        // Two at once may count as one: the response is then stored a request later.
        Volatile.Write(ref place, ((ulong)hash << 32) | (since << 8) | count);
        return (int)count;
    }
}
