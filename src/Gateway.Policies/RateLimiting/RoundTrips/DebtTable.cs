namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>The debts of the questions asked lately, in stripes of bounded size. A question that finds its stripe full goes without.</summary>
internal sealed class DebtTable
{
    private const int Stripes = 64;
    private const int PerStripe = 256;
    private readonly Dictionary<PermitRequest, Debt>[] _debts = [.. Enumerable.Range(0, Stripes).Select(_ => new Dictionary<PermitRequest, Debt>())];
    private readonly Lock[] _gates = [.. Enumerable.Range(0, Stripes).Select(_ => new Lock())];

    public Lock GateOf(in PermitRequest request) => _gates[StripeOf(request)];

    /// <summary>The question's debt; null when there is no room for one. The caller holds the gate.</summary>
    public Debt? FindOrAdd(in PermitRequest request)
    {
        Dictionary<PermitRequest, Debt> debts = _debts[StripeOf(request)];
        if (debts.TryGetValue(request, out Debt? known))
        {
            return known;
        }

        if (debts.Count == PerStripe)
        {
            foreach ((PermitRequest other, Debt debt) in debts)
            {
                if (debt.IsIdle)
                {
                    debts.Remove(other);
                }
            }
        }

        return debts.Count == PerStripe ? null : debts[request] = new Debt(request, _gates[StripeOf(request)]);
    }

    /// <summary>Forgets what was admitted of a partition.</summary>
    public void Drop(UInt128 partition)
    {
        for (int i = 0; i < Stripes; i++)
        {
            lock (_gates[i])
            {
                foreach (Debt debt in _debts[i].Values)
                {
                    bool dropped = debt.Requests[0].Partition == partition;
                    debt.Untold = dropped ? 0 : debt.Untold;
                    debt.Received = dropped ? long.MinValue : debt.Received;
                }
            }
        }
    }

    private static int StripeOf(in PermitRequest request) => (int)((ulong)request.Partition ^ (ulong)(request.Partition >> 64)) & (Stripes - 1);
}
