namespace Gateway.Policies.Tests.ResponseCaching.Support;

/// <summary>Who asks, and how the destination is told.</summary>
internal sealed record PersonalIdentity(string User, IdentityKind Kind)
{
    public string Field => Kind switch
    {
        IdentityKind.Session => "X-Session",
        IdentityKind.Authorization => "Authorization",
        _ => "Cookie",
    };

    /// <summary>The request's field line.</summary>
    public string Line => Kind switch
    {
        IdentityKind.Session => $"X-Session: {User}",
        IdentityKind.Authorization => $"Authorization: Bearer {User}",
        _ => $"Cookie: theme=dark; id={User}",
    };
}
