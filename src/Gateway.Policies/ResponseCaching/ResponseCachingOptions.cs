using Gateway.Policies.Configuration;

namespace Gateway.Policies.ResponseCaching;

/// <summary>What all caches of one gateway share. Read at start.</summary>
public sealed record ResponseCachingOptions
{
    /// <summary>Memory for entries: bodies, header fields, keys and tags. Range: 1 MB and more. Default: 256 MB.</summary>
    public ByteSize Memory { get; init; } = ByteSize.Megabytes(256);

    /// <summary>Memory for bodies that are being recorded; past it, bodies stream on unrecorded. Default: 128 MB.</summary>
    public ByteSize Recording { get; init; } = ByteSize.Megabytes(128);

    /// <summary>Variants kept for one URI (Vary, routes, users); past it the oldest goes. Default: 128.</summary>
    public int MaxVariants { get; init; } = 128;
}
