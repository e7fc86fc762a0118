using Gateway.Configuration;
using Gateway.Policies.Rejections;
using Gateway.Policies.Sessions;

namespace Gateway.Admin.Requests;

/// <summary>Which sessions a request is about: <c>policy</c> and <c>tenant</c> of its query.</summary>
internal sealed record SessionScope(SessionPolicy Policy, string Tenant)
{
    /// <summary>Acts on the sessions the query names, or answers with what is wrong about it.</summary>
    public static Task ActAsync(HttpContext context, GatewaySnapshot snapshot, Func<SessionScope, Task> act)
    {
        string? name = context.Request.Query["policy"].ToString() is { Length: > 0 } given ? given : null;
        string tenant = context.Request.Query["tenant"].ToString();
        return SessionChoice.TryChoose(snapshot, name, tenant, out SessionPolicy? policy, out Problem? problem)
            ? act(new SessionScope(policy, tenant))
            : ProblemWriter.WriteAsync(context, problem);
    }
}
