namespace Gateway.Policies.Sessions;

/// <summary>A session that was seen valid, and until when that is good enough.</summary>
internal sealed record RecentSession(SessionRecord Record, long GoodUntil);
