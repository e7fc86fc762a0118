namespace Gateway.Policies.Tests.ResponseCaching.Support;

/// <summary>How a destination knows who asks.</summary>
internal enum IdentityKind
{
    Session,
    Authorization,
    Cookie,
}
