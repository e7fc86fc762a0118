using System.Text.Json.Nodes;
using Gateway.Admin.Requests;
using Gateway.Configuration.Reload;
using Gateway.Policies.Rejections;
using Gateway.Policies.Sessions;

namespace Gateway.Admin.Endpoints;

/// <summary>
/// <c>GET</c> and <c>DELETE /api/sessions?user=ID</c>, the latter also with <c>id=</c> of one session's record; <c>GET /api/sessions</c> alone
/// counts them all.
/// </summary>
internal sealed class UserSessionsEndpoints(SessionAdmin sessions, SnapshotSource source, SessionEvents events) : IAdminEndpoints
{
    public void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet("/api/sessions", context => context.Request.Query.ContainsKey("user") ? OfUserAsync(context, ListAsync) : CountAsync(context));
        admin.MapDelete("/api/sessions", context => OfUserAsync(context, RevokeAsync));
    }

    private Task OfUserAsync(HttpContext context, Func<HttpContext, SessionScope, string, Task> act) =>
        context.Request.Query["user"].ToString() is { Length: > 0 } user
            ? SessionScope.ActAsync(context, source.Current, scope => act(context, scope, user))
            : ProblemWriter.WriteAsync(context, new Problem(400, "Bad request", Detail: "Say whose sessions: /api/sessions?user=ID"));

    private Task CountAsync(HttpContext context) => SessionScope.ActAsync(context, source.Current, async scope =>
    {
        SessionCount count = await sessions.CountAsync(scope.Policy, scope.Tenant);
        await AdminJson.WriteAsync(context, new JsonObject { ["policy"] = scope.Policy.Name, ["active"] = count.Active, ["complete"] = count.IsWhole });
    });

    private async Task ListAsync(HttpContext context, SessionScope scope, string user)
    {
        IReadOnlyList<SessionDetails> found = await sessions.OfUsers.ListAsync(scope.Policy, user, scope.Tenant);
        await AdminJson.WriteAsync(context, new JsonObject { ["sessions"] = new JsonArray([.. found.Select(session => SessionJson.Of(scope.Policy, session))]) });
    }

    private async Task RevokeAsync(HttpContext context, SessionScope scope, string user)
    {
        int revoked = context.Request.Query["id"].ToString() is { Length: > 0 } id
            ? await sessions.OfUsers.RevokeOneAsync(scope.Policy, user, id, scope.Tenant)
            : await sessions.OfUsers.RevokeAllAsync(scope.Policy, user, scope.Tenant);
        if (revoked > 0)
        {
            events.Revoked(scope, "user", user, revoked);
        }

        await AdminJson.WriteAsync(context, new JsonObject { ["revoked"] = revoked });
    }
}
