using System.Collections.Frozen;

namespace Gateway.Policies.RateLimiting.Boosts;

/// <summary>The boosts that this gateway knows of: none nearly always, which costs a request one look.</summary>
internal sealed class BoostTable(TimeProvider time)
{
    private readonly Lock _gate = new();
    private volatile FrozenDictionary<UInt128, Boost>? _boosts;

    /// <summary>The boost of a partition; null when it has none, or when it is over.</summary>
    public Boost? Find(UInt128 partition) =>
        _boosts is { } boosts && boosts.TryGetValue(partition, out Boost boost) && boost.Ends > time.GetTimestamp() ? boost : null;

    /// <summary>How long a boost goes on.</summary>
    public TimeSpan Left(in Boost boost) => time.GetElapsedTime(time.GetTimestamp(), boost.Ends);

    /// <summary>Adds a boost, or ends one when nothing of it is left.</summary>
    /// <returns>False: there are too many.</returns>
    public bool Set(UInt128 partition, long limit, TimeSpan left)
    {
        lock (_gate)
        {
            Dictionary<UInt128, Boost> boosts = Living();
            boosts.Remove(partition);
            if (left > TimeSpan.Zero)
            {
                boosts[partition] = new Boost(limit, EndOf(left));
            }

            return Put(boosts);
        }
    }

    /// <summary>These boosts, and no others.</summary>
    public void Replace(IEnumerable<(UInt128 Partition, long Limit, TimeSpan Left)> boosts)
    {
        lock (_gate)
        {
            Put(boosts.ToDictionary(boost => boost.Partition, boost => new Boost(boost.Limit, EndOf(boost.Left))));
        }
    }

    private bool Put(Dictionary<UInt128, Boost> boosts)
    {
        bool fits = boosts.Count <= Boost.Most;
        _boosts = !fits ? _boosts : boosts.Count == 0 ? null : boosts.ToFrozenDictionary();
        return fits;
    }

    private Dictionary<UInt128, Boost> Living() =>
        (_boosts ?? FrozenDictionary<UInt128, Boost>.Empty).Where(boost => boost.Value.Ends > time.GetTimestamp()).ToDictionary();

    private long EndOf(TimeSpan left) => time.GetTimestamp() + (long)(left.TotalSeconds * time.TimestampFrequency);
}
