namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>
/// A partition as the table's key: two words, where a <see cref="UInt128"/> would be aligned to 16 bytes and cost each entry 8 more. It is
/// a keyed hash already, which nobody outside can aim, so that a part of it is its hash code.
/// </summary>
internal readonly struct PartitionHash(UInt128 partition) : IEquatable<PartitionHash>
{
    private readonly ulong _upper = (ulong)(partition >> 64);
    private readonly ulong _lower = (ulong)partition;

    public bool Equals(PartitionHash other) => _lower == other._lower && _upper == other._upper;

    public override bool Equals(object? obj) => obj is PartitionHash other && Equals(other);

    public override int GetHashCode() => (int)_lower;
}
