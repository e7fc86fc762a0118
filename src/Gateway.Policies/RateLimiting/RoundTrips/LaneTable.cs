namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>The lanes of the questions asked lately: sets of four, of fixed size. A question whose set is busy goes without one.</summary>
internal sealed class LaneTable
{
    private const int Sets = 8192;
    private const int Ways = 4;
    private const int Gates = 64;
    private readonly Lane?[] _lanes = new Lane?[Sets * Ways];
    private readonly Lock[] _gates = [.. Enumerable.Range(0, Gates).Select(_ => new Lock())];

    public Lock GateOf(ReadOnlySpan<PermitRequest> requests) => _gates[SetOf(requests) % Gates];

    /// <summary>The question's lane; null when it has none. The caller holds the gate.</summary>
    public Lane? Find(ReadOnlySpan<PermitRequest> requests)
    {
        foreach (Lane? lane in Set(SetOf(requests)))
        {
            if (lane is not null && lane.Is(requests))
            {
                return lane;
            }
        }

        return null;
    }

    /// <summary>The question's lane; in place of the one that has been idle longest when it has none, null when all are in use.</summary>
    public Lane? FindOrAdd(ReadOnlySpan<PermitRequest> requests)
    {
        if (Find(requests) is { } known)
        {
            return known;
        }

        int set = SetOf(requests);
        Lane? idlest = null;
        foreach (ref Lane? lane in Set(set))
        {
            if (lane is null)
            {
                lane = idlest = new Lane(_gates[set % Gates]);
                break;
            }

            idlest = lane.IsIdle && (idlest is null || lane.LastAsked < idlest.LastAsked) ? lane : idlest;
        }

        idlest?.Take(requests);
        return idlest;
    }

    /// <summary>Every lane, under its gate; for what is seldom.</summary>
    public void ForEach(Action<Lane> visit)
    {
        foreach (Lane? lane in _lanes)
        {
            if (lane is not null)
            {
                lock (lane.Gate)
                {
                    visit(lane);
                }
            }
        }
    }

    private Span<Lane?> Set(int set) => _lanes.AsSpan(set * Ways, Ways);

    /// <summary>Partitions are keyed hashes already: nobody can choose them to meet.</summary>
    private static int SetOf(ReadOnlySpan<PermitRequest> requests)
    {
        ulong hash = 0;
        foreach (ref readonly PermitRequest request in requests)
        {
            hash = (hash * 31) + (ulong)request.Partition + (ulong)(request.Partition >> 64);
        }

        return (int)(hash ^ (hash >> 32)) & (Sets - 1);
    }
}
