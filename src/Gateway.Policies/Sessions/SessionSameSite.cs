namespace Gateway.Policies.Sessions;

/// <summary>A cookie's <c>SameSite</c>.</summary>
public enum SessionSameSite
{
    Lax,
    Strict,
    None,
}
