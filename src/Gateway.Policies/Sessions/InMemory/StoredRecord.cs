namespace Gateway.Policies.Sessions.InMemory;

/// <summary>A record in this process, and the timestamp at which it ends.</summary>
internal sealed record StoredRecord(ReadOnlyMemory<byte> Record, long EndsAt);
