using System.Text.Json.Nodes;
using Gateway.Policies.Rejections;
using Gateway.Policies.Sessions;

namespace Gateway.Admin.Endpoints;

/// <summary>Sessions as the admin API writes them: without their tokens.</summary>
internal static class SessionJson
{
    public static JsonObject Of(SessionPolicy policy, SessionDetails session) => new()
    {
        ["policy"] = policy.Name,
        ["verdict"] = session.Verdict,
        ["ttlSeconds"] = session.TimeToLive is { } left ? Math.Round(left.TotalSeconds) : null,
        ["record"] = session.Record,
    };

    public static Task NotFoundAsync(HttpContext context) =>
        ProblemWriter.WriteAsync(context, new Problem(404, "Not found", Detail: "There is no such session, or it has ended."));
}
