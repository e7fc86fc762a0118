namespace Gateway.Policies.RateLimiting;

/// <summary>A partition part's value in one request.</summary>
/// <param name="Source">Where it was taken from; <see cref="PartitionSource.ClientIp"/> when the part itself is missing.</param>
/// <param name="Text">The value; for a session its hash.</param>
internal readonly record struct PartitionValue(PartitionSource Source, string Text);
