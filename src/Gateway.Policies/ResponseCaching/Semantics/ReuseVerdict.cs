namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>What a stored response is good for, and the rule that decided.</summary>
internal readonly record struct ReuseVerdict(ReuseKind Kind, string Reason);
