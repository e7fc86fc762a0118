using System.Diagnostics.CodeAnalysis;
using Gateway.Configuration;
using Gateway.Configuration.Mistakes;
using Gateway.Policies.Rejections;
using Gateway.Policies.Sessions;

namespace Gateway.Admin.Requests;

/// <summary>Which session policy a request means: the one it names, else the only one, else the one called <c>default</c>.</summary>
internal static class SessionChoice
{
    public static bool TryChoose(GatewaySnapshot snapshot, string? name, string? tenant, [NotNullWhen(true)] out SessionPolicy? policy, [NotNullWhen(false)] out Problem? problem)
    {
        IReadOnlyDictionary<string, SessionPolicy> known = PolicyLookup.Sessions(snapshot);
        policy = name is not null ? known.GetValueOrDefault(name) : known.Count == 1 ? known.Values.First() : known.GetValueOrDefault("default");
        problem = policy is null ? Describe(name, known.Keys) : tenant is null ? null : TenantProblem(policy, tenant);
        return problem is null && policy is not null;
    }

    /// <summary>Null where the tenant is one exactly if the policy has tenants.</summary>
    public static Problem? TenantProblem(SessionPolicy policy, string tenant) => (policy.Tenant, tenant) switch
    {
        (null, "") => null,
        (null, _) => new Problem(400, "Bad request", Detail: $"The sessions of \"{policy.Name}\" have no tenants: leave \"tenant\" out."),
        _ when SessionAdmin.AcceptsTenant(tenant) => null,
        _ => new Problem(400, "Bad request", Detail: $"The sessions of \"{policy.Name}\" belong to tenants: say which as \"tenant\", of letters, digits and -._"),
    };

    private static Problem Describe(string? name, IEnumerable<string> known)
    {
        string names = string.Join(", ", known.Order(StringComparer.Ordinal));
        return (name, names) switch
        {
            (_, "") => new Problem(404, "No such policy", Detail: "The configuration has no session policy."),
            (null, _) => new Problem(400, "Bad request", Detail: $"There are several session policies: say which as \"policy\". Known: {names}."),
            _ => new Problem(404, "No such policy", Detail: NearestName.Of(name, known) is { } nearest
                ? $"There is no session policy \"{name}\". Did you mean \"{nearest}\"?"
                : $"There is no session policy \"{name}\". Known: {names}."),
        };
    }
}
