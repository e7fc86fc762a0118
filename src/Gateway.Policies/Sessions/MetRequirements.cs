namespace Gateway.Policies.Sessions;

/// <summary>Whether a session met a route's requirements when it was last asked.</summary>
internal sealed record MetRequirements(FieldRequirements Requirements, bool Met);
