namespace Gateway.Policies.ResponseCaching.Storage;

/// <summary>Keeps a destination that fails from being asked again at once: 1 s after the first failed refresh, then 2 s, 4 s … 32 s.</summary>
internal sealed class RefreshPause
{
    private long _until;
    private int _failures;

    /// <summary>True while the next refresh should wait.</summary>
    public bool IsOn(long now) => now < Interlocked.Read(ref _until);

    public void Failed(long now)
    {
        int failures = Math.Min(Interlocked.Increment(ref _failures), 6);
        Interlocked.Exchange(ref _until, now + (500L << failures));
    }
}
