namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>Settings of an <see cref="Arena{T}"/>.</summary>
public sealed class ArenaOptions(
    ArenaFlags flags = ArenaFlags.None, int blockSizeBytes = 0, Func<long, long, long>? retentionPolicy = null)
{
    public ArenaFlags Flags { get; } = flags;

    /// <summary>The size of a block in bytes; zero, the default, means 32 KiB. A block holds one element at least.</summary>
    public int BlockSizeBytes { get; } = blockSizeBytes;

    /// <summary>
    /// Given the elements kept so far and those used since the last reset, how many to keep. Null, the default, keeps
    /// what the last reply needed and forgets a larger one little by little.
    /// </summary>
    public Func<long, long, long>? RetentionPolicy { get; } = retentionPolicy;
}
