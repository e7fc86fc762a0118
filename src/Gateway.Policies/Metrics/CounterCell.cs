namespace Gateway.Policies.Metrics;

/// <summary>One series of a <see cref="CellCounter"/>.</summary>
public sealed class CounterCell
{
    private long _value;

    internal CounterCell(KeyValuePair<string, object?>[] tags) => Tags = tags;

    /// <summary>What has been counted so far.</summary>
    public long Value => Volatile.Read(ref _value);

    /// <summary>The tags, as instruments take them.</summary>
    public KeyValuePair<string, object?>[] Tags { get; }

    /// <summary>One interlocked addition.</summary>
    public void Add(long count = 1) => Interlocked.Add(ref _value, count);
}
