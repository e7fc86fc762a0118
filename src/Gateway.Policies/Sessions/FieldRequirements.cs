using Gateway.Policies.Routing;

namespace Gateway.Policies.Sessions;

/// <summary>What a route demands of a valid session's fields: the policy's own demands and the route's, all of them.</summary>
internal sealed class FieldRequirements
{
    private readonly KeyValuePair<string, IReadOnlyList<string>>[] _required;

    private FieldRequirements(IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> required) => _required = [.. required];

    /// <summary>Null: nothing is demanded.</summary>
    public static FieldRequirements? Of(RoutePolicies route, SessionPolicy policy) => (policy.Require.Count, route.Require.Count) is (0, 0)
        ? null
        : new FieldRequirements(policy.Require.Concat(route.Require));

    public bool AreMetBy(ValidSession session)
    {
        if (session.Met is { } known && ReferenceEquals(known.Requirements, this))
        {
            return known.Met;
        }

        bool met = Array.TrueForAll(_required, required => session.Record.HasAny(required.Key, required.Value));
        session.Met = new MetRequirements(this, met);
        return met;
    }
}
