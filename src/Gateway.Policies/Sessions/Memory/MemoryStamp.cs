namespace Gateway.Policies.Sessions.Memory;

/// <summary>What was known of revocations when a read began; an answer that a revocation overtook is not remembered.</summary>
internal readonly record struct MemoryStamp(int Epoch, int Changes);
