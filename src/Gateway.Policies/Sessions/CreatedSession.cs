namespace Gateway.Policies.Sessions;

/// <summary>A session that was just created.</summary>
/// <param name="Token">Its credential: 256 random bits in base64url. Nowhere shown again.</param>
/// <param name="ExpiresAt">When it ends at the latest.</param>
public sealed record CreatedSession(string Token, DateTimeOffset ExpiresAt);
