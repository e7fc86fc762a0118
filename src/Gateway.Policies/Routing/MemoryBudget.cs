namespace Gateway.Policies.Routing;

/// <summary>A bound on memory that many hold together, in whatever unit its holders count: bytes of bodies being recorded, stamps of logs.</summary>
internal sealed class MemoryBudget(long capacity)
{
    private long _taken;

    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Reserves room; false, and nothing reserved, when too little is left.</summary>
    public bool TryTake(long amount)
    {
        if (Interlocked.Add(ref _taken, amount) <= capacity)
        {
            return true;
        }

        Interlocked.Add(ref _taken, -amount);
        return false;
    }

    /// <summary>Reserves room whatever is left, for the little that every holder begins with.</summary>
    public void Take(long amount) => Interlocked.Add(ref _taken, amount);

    public void Return(long amount) => Interlocked.Add(ref _taken, -amount);
}
