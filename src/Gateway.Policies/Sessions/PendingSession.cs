namespace Gateway.Policies.Sessions;

/// <summary>A look-up that has begun, parked on the request until its turn comes.</summary>
/// <param name="Found">What the token's sources gave.</param>
/// <param name="Verdict">What came of it. Awaited at most once; never fails, so that nobody need await it.</param>
internal sealed record PendingSession(FoundToken Found, ValueTask<SessionVerdict> Verdict);
