namespace Gateway.Policies.Sessions.Memory;

/// <summary>
/// Whether what is remembered may be believed: only while every revocation of another gateway is heard, and only if it was read
/// since then. A number that grows whenever hearing is lost or found again; it is odd while all is heard.
/// </summary>
internal sealed class SessionTrust
{
    private int _epoch;

    /// <summary>The present time without losses, or between two.</summary>
    public int Epoch => Volatile.Read(ref _epoch);

    /// <summary>True while revocations are heard.</summary>
    public bool IsWhole => (Epoch & 1) == 1;

    /// <summary>True for what was read in <paramref name="epoch"/>, when nothing was missed since.</summary>
    public bool Holds(int epoch) => (epoch & 1) == 1 && epoch == Epoch;

    /// <summary>From now on revocations may be missed: nothing remembered counts.</summary>
    public void Lose() => Set(odd: false);

    /// <summary>From now on every revocation is heard. What was remembered before stays worthless.</summary>
    public void Regain() => Set(odd: true);

    /// <summary>Something was heard that could not be understood: nothing from before counts.</summary>
    public void Doubt() => Interlocked.Add(ref _epoch, 2);

    private void Set(bool odd)
    {
        int known = Epoch;
        while (Interlocked.CompareExchange(ref _epoch, Next(known, odd), known) is var seen && seen != known)
        {
            known = seen;
        }
    }

    private static int Next(int epoch, bool odd) => (epoch & 1) == (odd ? 1 : 0) ? epoch + 2 : epoch + 1;
}
