namespace Gateway.Policies.RateLimiting.Offenders;

/// <summary>
/// The partitions that a limit rejects most, in fixed memory: Space-Saving (Metwally, Agrawal, El Abbadi: "Efficient computation of
/// frequent and top-k elements in data streams", 2005). A newcomer takes the place of the least and begins at its count, so whoever
/// has more than a <see cref="Places"/>-th of all rejections is always among them. Counts halve every
/// <see cref="HalfLife"/>: what counts is now.
/// </summary>
internal sealed class OffenderSketch(TimeProvider time)
{
    public const int Places = 128;
    public static readonly TimeSpan HalfLife = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, int> _places = new(Places);
    private readonly Counter[] _counters = new Counter[Places];
    private long _halved = time.GetTimestamp();

    /// <summary>Counts one rejection; false when the partition has no label yet, see <see cref="Name"/>.</summary>
    public bool Count(UInt128 partition)
    {
        lock (_gate)
        {
            Halve();
            if (_places.TryGetValue(partition, out int place))
            {
                _counters[place].Rejected++;
                return _counters[place].Label is not null;
            }

            place = Vacate();
            _places[partition] = place;
            ref Counter counter = ref _counters[place];
            counter = new Counter { Partition = partition, Rejected = counter.Rejected + 1, Inherited = counter.Rejected };
            return false;
        }
    }

    /// <summary>Says what a partition is called; nothing happens when it has lost its place.</summary>
    public void Name(UInt128 partition, string label)
    {
        lock (_gate)
        {
            if (_places.TryGetValue(partition, out int place))
            {
                _counters[place].Label = label;
            }
        }
    }

    /// <summary>The partitions that were rejected most, most first.</summary>
    public IReadOnlyList<Offender> Top(int count)
    {
        lock (_gate)
        {
            Halve();
            return [.. _counters.Take(_places.Count)
                .Where(counter => counter.Rejected > 0)
                .OrderByDescending(counter => counter.Rejected)
                .Take(count)
                .Select(counter => new Offender(counter.Partition, counter.Label ?? "", counter.Rejected, counter.Inherited))];
        }
    }

    private void Halve()
    {
        while (time.GetElapsedTime(_halved) >= HalfLife)
        {
            bool any = false;
            foreach (ref Counter counter in _counters.AsSpan())
            {
                counter.Rejected /= 2;
                counter.Inherited /= 2;
                any |= counter.Rejected > 0;
            }

            _halved = any ? _halved + (long)(HalfLife.TotalSeconds * time.TimestampFrequency) : time.GetTimestamp();
        }
    }

    /// <summary>A place that nobody has yet, else the least one's.</summary>
    private int Vacate()
    {
        if (_places.Count < Places)
        {
            return _places.Count;
        }

        int least = 0;
        for (int i = 1; i < Places; i++)
        {
            least = _counters[i].Rejected < _counters[least].Rejected ? i : least;
        }

        _places.Remove(_counters[least].Partition);
        return least;
    }

    private struct Counter
    {
        public UInt128 Partition;
        public long Rejected;
        public long Inherited;
        public string? Label;
    }
}
