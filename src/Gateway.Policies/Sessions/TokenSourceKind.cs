namespace Gateway.Policies.Sessions;

/// <summary>The part of a request that carries a session token.</summary>
public enum TokenSourceKind
{
    Bearer,
    Cookie,
    Header,
    Query,
}
