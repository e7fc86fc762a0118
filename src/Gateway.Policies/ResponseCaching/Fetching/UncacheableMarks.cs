namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>
/// Keys whose last response could not be shared: requests for them do not wait for each other (hit-for-miss). A table of fixed size: a
/// key that shares its place with another displaces it, which costs one wait and nothing more.
/// </summary>
internal sealed class UncacheableMarks(TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(2);
    private readonly Mark?[] _places = new Mark?[16 * 1024];

    public bool Has(string key) =>
        Volatile.Read(ref Place(key)) is { } mark && mark.Key == key && time.GetElapsedTime(mark.Since) < Kept;

    public void Set(string key) => Volatile.Write(ref Place(key), new Mark(key, time.GetTimestamp()));

    public void Clear(string key)
    {
        if (Has(key))
        {
            Volatile.Write(ref Place(key), null);
        }
    }

    private ref Mark? Place(string key) => ref _places[(uint)key.GetHashCode(StringComparison.Ordinal) % (uint)_places.Length];

    private sealed record Mark(string Key, long Since);
}
