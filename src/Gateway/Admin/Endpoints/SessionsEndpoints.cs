using System.Text.Json.Nodes;
using Gateway.Admin.Requests;
using Gateway.Configuration.Reload;
using Gateway.Policies.Configuration;
using Gateway.Policies.Rejections;
using Gateway.Policies.Sessions;

namespace Gateway.Admin.Endpoints;

/// <summary>
/// <c>POST /api/sessions</c>; <c>GET</c>, <c>PATCH</c> and <c>DELETE /api/sessions/{token}</c>. A token is told once, to who creates the
/// session. <c>policy</c> may be left out where there is one, or one called <c>default</c>; <c>tenant</c> where there are none.
/// </summary>
internal sealed class SessionsEndpoints(SessionAdmin sessions, SnapshotSource source, SessionEvents events) : IAdminEndpoints
{
    private static readonly TimeSpan DefaultTimeToLive = TimeSpan.FromHours(24);

    public void Map(IEndpointRouteBuilder admin)
    {
        admin.MapPost("/api/sessions", CreateAsync);
        admin.MapGet("/api/sessions/{**token}", context => OfTokenAsync(context, ShowAsync));
        admin.MapPatch("/api/sessions/{**token}", context => OfTokenAsync(context, ExtendAsync));
        admin.MapDelete("/api/sessions/{**token}", context => OfTokenAsync(context, RevokeAsync));
    }

    private async Task CreateAsync(HttpContext context)
    {
        AdminBody body = await AdminBody.ReadAsync(context);
        string? name = body.Text("policy");
        TimeSpan life = Life(body, body.Text("ttl"));
        if (body.Mistake is not null)
        {
            await body.RefuseAsync(context);
        }
        else if (!SessionChoice.TryChoose(source.Current, name, tenant: null, out SessionPolicy? policy, out Problem? problem))
        {
            await ProblemWriter.WriteAsync(context, problem);
        }
        else
        {
            await CreateAsync(context, policy, body, life);
        }
    }

    private async Task CreateAsync(HttpContext context, SessionPolicy policy, AdminBody body, TimeSpan life)
    {
        // Where there are no tenants, "tenant" is a field like any other.
        string tenant = policy.Tenant is null ? "" : body.Text("tenant") ?? "";
        if (SessionChoice.TenantProblem(policy, tenant) is { } problem)
        {
            await ProblemWriter.WriteAsync(context, problem);
            return;
        }

        CreatedSession created;
        try
        {
            JsonObject fields = policy.Tenant is null ? body.Without("policy", "ttl") : body.Without("policy", "ttl", "tenant");
            created = await sessions.CreateAsync(policy, fields, life, tenant);
        }
        catch (ArgumentException tooLarge)
        {
            body.Note(tooLarge.Message.Split(" (Parameter")[0]);
            await body.RefuseAsync(context);
            return;
        }

        await AdminJson.WriteAsync(context, new JsonObject { ["token"] = created.Token, ["expires_at"] = created.ExpiresAt.ToString("O") }, StatusCodes.Status201Created);
    }

    private static TimeSpan Life(AdminBody body, string? text)
    {
        if (text is null)
        {
            return DefaultTimeToLive;
        }

        bool read = Duration.TryParse(text, out TimeSpan life);
        if (!read || life < TimeSpan.FromSeconds(1) || life > SessionAdmin.MaxTimeToLive)
        {
            body.Note($"\"ttl\" is \"{text}\"; allowed is {Duration.Allowed}, from 1s to {SessionAdmin.MaxTimeToLive.TotalDays}d.");
        }

        return life;
    }

    private Task OfTokenAsync(HttpContext context, Func<HttpContext, SessionScope, string, Task> act) =>
        SessionScope.ActAsync(context, source.Current, scope => act(context, scope, AdminPath.After(context, segments: 2) ?? ""));

    private async Task ShowAsync(HttpContext context, SessionScope scope, string token)
    {
        if (await sessions.GetAsync(scope.Policy, token, scope.Tenant) is { } session)
        {
            await AdminJson.WriteAsync(context, SessionJson.Of(scope.Policy, session));
            return;
        }

        await SessionJson.NotFoundAsync(context);
    }

    private async Task ExtendAsync(HttpContext context, SessionScope scope, string token)
    {
        AdminBody body = await AdminBody.ReadAsync(context);
        body.Only("ttl");
        TimeSpan life = Life(body, body.RequiredText("ttl"));
        if (body.Mistake is not null)
        {
            await body.RefuseAsync(context);
            return;
        }

        if (await sessions.ExtendAsync(scope.Policy, token, life, scope.Tenant) is { } session)
        {
            await AdminJson.WriteAsync(context, SessionJson.Of(scope.Policy, session));
            return;
        }

        await SessionJson.NotFoundAsync(context);
    }

    private async Task RevokeAsync(HttpContext context, SessionScope scope, string token)
    {
        if (await sessions.RevokeAsync(scope.Policy, token, scope.Tenant))
        {
            events.Revoked(scope, "session", token, 1);
            await AdminJson.WriteAsync(context, new JsonObject { ["revoked"] = 1 });
            return;
        }

        await SessionJson.NotFoundAsync(context);
    }
}
