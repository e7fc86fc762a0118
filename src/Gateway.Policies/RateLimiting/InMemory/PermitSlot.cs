namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>What the table has of one partition beside its key: 16 bytes, and the words of its <see cref="Block"/>.</summary>
internal struct PermitSlot
{
    /// <summary>The latest <see cref="DeadAt"/>: later than any moment there will be.</summary>
    public const long Never = long.MaxValue >> FormBits;

    private const int FormBits = 3;

    /// <summary>The moment, and in its lowest bits the form.</summary>
    private long _deadAt;

    /// <summary>The state, as the form has it.</summary>
    public WordBlock Block;

    /// <summary>A log's oldest stamp's place in the ring.</summary>
    public ushort Oldest;

    /// <summary>Stamps of a log, sub-windows in use.</summary>
    public ushort Count;

    /// <summary>How what is used is written.</summary>
    public PermitForm Form
    {
        readonly get => (PermitForm)(_deadAt & ((1 << FormBits) - 1));
        set => _deadAt = (DeadAt << FormBits) | (long)value;
    }

    /// <summary>From when on nothing is used, in microseconds since 1970; <see cref="Never"/> at the latest.</summary>
    public long DeadAt
    {
        readonly get => _deadAt >> FormBits;
        set => _deadAt = (value << FormBits) | (long)Form;
    }

    /// <summary>Never dead before <paramref name="moment"/>.</summary>
    public void LiveUntil(long moment) => DeadAt = Math.Max(DeadAt, moment);
}
