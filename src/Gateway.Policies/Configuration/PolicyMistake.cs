namespace Gateway.Policies.Configuration;

/// <summary>One mistake in a policy. The configuration adds file, line and JSON path.</summary>
/// <param name="Key">The policy's key that is wrong, for example <c>Limit</c>, or <c>Forward:X-User-Id</c> inside a nested one.</param>
/// <param name="Problem">What is wrong, naming the bad value: <c>Limit is 0</c>.</param>
/// <param name="Allowed">What is allowed instead: <c>a whole number from 1 to 1000000000</c>.</param>
public sealed record PolicyMistake(string Key, string Problem, string Allowed);
