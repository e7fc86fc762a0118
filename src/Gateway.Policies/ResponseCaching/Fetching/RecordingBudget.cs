namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>Bytes that all bodies being recorded may hold together.</summary>
internal sealed class RecordingBudget(long capacity)
{
    private long _taken;

    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>False when there is no room; nothing is taken then.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= capacity)
        {
            return true;
        }

        Interlocked.Add(ref _taken, -bytes);
        return false;
    }

    public void Return(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
