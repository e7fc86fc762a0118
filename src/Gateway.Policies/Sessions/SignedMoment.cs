namespace Gateway.Policies.Sessions;

/// <summary>A signature and the second it was made for.</summary>
internal sealed record SignedMoment(long Second, string Value);
