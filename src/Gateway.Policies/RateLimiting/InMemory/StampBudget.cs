namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>How many stamps all logs together may have room for.</summary>
internal sealed class StampBudget(long capacity)
{
    private long _taken;

    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Reserves room; false, and nothing reserved, when too little is left.</summary>
    public bool TryTake(int stamps)
    {
        if (Interlocked.Add(ref _taken, stamps) <= capacity)
        {
            return true;
        }

        Interlocked.Add(ref _taken, -stamps);
        return false;
    }

    /// <summary>Reserves room whatever is left, for the few stamps every log begins with.</summary>
    public void Take(int stamps) => Interlocked.Add(ref _taken, stamps);

    public void Return(int stamps) => Interlocked.Add(ref _taken, -stamps);
}
