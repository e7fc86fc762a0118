namespace Gateway.Policies.Sessions;

/// <summary>The answer of a store to one look-up.</summary>
/// <param name="Kind">What was found.</param>
/// <param name="Record">The value, as its writer wrote it; empty unless found.</param>
/// <param name="TimeToLive">Time until the store drops the value; null: it stays.</param>
public readonly record struct SessionRead(SessionReadKind Kind, ReadOnlyMemory<byte> Record = default, TimeSpan? TimeToLive = null);
