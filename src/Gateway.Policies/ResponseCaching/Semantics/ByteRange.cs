namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>One range of bytes of a stored body.</summary>
internal readonly record struct ByteRange(long First, long Length);
