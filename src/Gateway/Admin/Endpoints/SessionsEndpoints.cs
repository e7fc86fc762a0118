using System.Text.Json.Nodes;
using Gateway.Admin.Requests;
using Gateway.Configuration.Reload;
using Gateway.Policies.Configuration;
using Gateway.Policies.Rejections;
using Gateway.Policies.Sessions;

namespace Gateway.Admin.Endpoints;

/// <summary>
/// <c>POST /api/sessions</c>, <c>GET</c> and <c>DELETE /api/sessions/{token}</c>, <c>GET</c> and <c>DELETE /api/sessions?user=ID</c>. A token is
/// told once, to who creates the session. <c>policy</c> may be left out where there is one, or one called <c>default</c>.
/// </summary>
internal sealed class SessionsEndpoints(SessionAdmin sessions, SnapshotSource source) : IAdminEndpoints
{
    private static readonly TimeSpan DefaultTimeToLive = TimeSpan.FromHours(24);

    public void Map(IEndpointRouteBuilder admin)
    {
        admin.MapPost("/api/sessions", CreateAsync);
        admin.MapGet("/api/sessions", context => OfUserAsync(context, ListAsync));
        admin.MapDelete("/api/sessions", context => OfUserAsync(context, RevokeUserAsync));
        admin.MapGet("/api/sessions/{**token}", context => OfTokenAsync(context, ShowAsync));
        admin.MapDelete("/api/sessions/{**token}", context => OfTokenAsync(context, RevokeAsync));
    }

    private async Task CreateAsync(HttpContext context)
    {
        AdminBody body = await AdminBody.ReadAsync(context);
        string? name = body.Text("policy");
        TimeSpan life = Life(body);
        if (body.Mistake is not null)
        {
            await body.RefuseAsync(context);
        }
        else if (!SessionChoice.TryChoose(source.Current, name, out SessionPolicy? policy, out Problem? problem))
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
        CreatedSession created;
        try
        {
            created = await sessions.CreateAsync(policy, body.Without("policy", "ttl"), life);
        }
        catch (ArgumentException tooLarge)
        {
            body.Note(tooLarge.Message.Split(" (Parameter")[0]);
            await body.RefuseAsync(context);
            return;
        }

        await AdminJson.WriteAsync(context, new JsonObject { ["token"] = created.Token, ["expires_at"] = created.ExpiresAt.ToString("O") }, StatusCodes.Status201Created);
    }

    private static TimeSpan Life(AdminBody body)
    {
        if (body.Text("ttl") is not { } text)
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

    private Task OfUserAsync(HttpContext context, Func<HttpContext, SessionPolicy, string, Task> act) =>
        context.Request.Query["user"].ToString() is { Length: > 0 } user
            ? ChooseAsync(context, user, act)
            : ProblemWriter.WriteAsync(context, new Problem(400, "Bad request", Detail: "Say whose sessions: /api/sessions?user=ID"));

    private Task OfTokenAsync(HttpContext context, Func<HttpContext, SessionPolicy, string, Task> act) =>
        ChooseAsync(context, AdminPath.After(context, segments: 2) ?? "", act);

    private Task ChooseAsync(HttpContext context, string whose, Func<HttpContext, SessionPolicy, string, Task> act)
    {
        string? name = context.Request.Query["policy"].ToString() is { Length: > 0 } given ? given : null;
        return SessionChoice.TryChoose(source.Current, name, out SessionPolicy? policy, out Problem? problem)
            ? act(context, policy, whose)
            : ProblemWriter.WriteAsync(context, problem);
    }

    private async Task ShowAsync(HttpContext context, SessionPolicy policy, string token)
    {
        if (await sessions.GetAsync(policy, token) is { } session)
        {
            await AdminJson.WriteAsync(context, Describe(policy, session));
            return;
        }

        await NotFoundAsync(context);
    }

    private async Task RevokeAsync(HttpContext context, SessionPolicy policy, string token)
    {
        if (await sessions.RevokeAsync(policy, token))
        {
            await AdminJson.WriteAsync(context, new JsonObject { ["revoked"] = 1 });
            return;
        }

        await NotFoundAsync(context);
    }

    private async Task ListAsync(HttpContext context, SessionPolicy policy, string user)
    {
        IReadOnlyList<SessionDetails> found = await sessions.ListUserAsync(policy, user);
        await AdminJson.WriteAsync(context, new JsonObject { ["sessions"] = new JsonArray([.. found.Select(session => Describe(policy, session))]) });
    }

    private async Task RevokeUserAsync(HttpContext context, SessionPolicy policy, string user) =>
        await AdminJson.WriteAsync(context, new JsonObject { ["revoked"] = await sessions.RevokeUserAsync(policy, user) });

    private static JsonObject Describe(SessionPolicy policy, SessionDetails session) => new()
    {
        ["policy"] = policy.Name,
        ["verdict"] = session.Verdict,
        ["ttlSeconds"] = session.TimeToLive is { } left ? Math.Round(left.TotalSeconds) : null,
        ["record"] = session.Record,
    };

    private static Task NotFoundAsync(HttpContext context) =>
        ProblemWriter.WriteAsync(context, new Problem(404, "Not found", Detail: "There is no such session, or it has ended."));
}
