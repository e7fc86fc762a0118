namespace Gateway.Policies.RateLimiting.Offenders;

/// <summary>A partition that a limit often rejects.</summary>
/// <param name="Partition">Its hash.</param>
/// <param name="Label">The partition as people know it; what may be a credential is a hash in it.</param>
/// <param name="Rejected">Its rejections of late; older ones count half for every five minutes.</param>
/// <param name="AtMostTooMany">How many of them may be another partition's, whose place it took.</param>
public sealed record Offender(UInt128 Partition, string Label, long Rejected, long AtMostTooMany);
