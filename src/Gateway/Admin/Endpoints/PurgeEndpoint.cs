using System.Text.Json.Nodes;
using Gateway.Admin.Requests;
using Gateway.Policies.Events;
using Gateway.Policies.ResponseCaching.Purging;

namespace Gateway.Admin.Endpoints;

/// <summary><c>POST /api/cache/purge</c> with one of <c>tag</c>, <c>url</c>, <c>prefix</c>, <c>route</c>, <c>all</c>, and <c>soft</c>.</summary>
internal sealed class PurgeEndpoint(CachePurge purge, IEventLog events) : IAdminEndpoints
{
    private static readonly (string Key, PurgeKind Kind)[] Kinds =
        [("tag", PurgeKind.Tag), ("url", PurgeKind.Url), ("prefix", PurgeKind.Prefix), ("route", PurgeKind.Route)];

    public void Map(IEndpointRouteBuilder admin) => admin.MapPost("/api/cache/purge", PurgeAsync);

    private async Task PurgeAsync(HttpContext context)
    {
        AdminBody body = await AdminBody.ReadAsync(context);
        PurgeTarget? target = Read(body);
        if (target is null || body.Mistake is not null)
        {
            body.Note("Name one of tag, url, prefix, route, or \"all\": true.");
            await body.RefuseAsync(context);
            return;
        }

        string purged = await purge.PurgeAsync(target);
        // Without a query, which may hold a token.
        events.Note(EventKind.CachePurged, ("target", purged.Split('?')[0]), ("soft", target.Soft ? "true" : "false"));
        await AdminJson.WriteAsync(context, new JsonObject { ["purged"] = purged, ["soft"] = target.Soft });
    }

    private static PurgeTarget? Read(AdminBody body)
    {
        body.Only("tag", "url", "prefix", "route", "all", "soft");
        var targets = Kinds.Where(kind => body.Has(kind.Key)).Select(kind => new PurgeTarget(kind.Kind, body.RequiredText(kind.Key))).ToList();
        if (body.Flag("all"))
        {
            targets.Add(PurgeTarget.All);
        }

        if (targets.Count > 1)
        {
            body.Note("Name only one of tag, url, prefix, route, all.");
        }

        if (targets is [{ Kind: PurgeKind.Url } url] && !IsAbsolute(url.Value))
        {
            body.Note($"\"url\" must be an absolute URL such as http://example.com/path, not \"{url.Value}\".");
        }

        return targets.Count == 0 ? null : targets[0] with { Soft = body.Flag("soft") };
    }

    private static bool IsAbsolute(string url) => Uri.TryCreate(url, UriKind.Absolute, out Uri? read) && read.Scheme is "http" or "https";
}
