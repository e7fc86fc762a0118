using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Policies.Events;
using Gateway.Policies.Rejections;

namespace Gateway.Admin.Endpoints;

/// <summary><c>GET /api/events?after=ID&amp;limit=N</c>: what happened in the fleet, the oldest first; without <c>after</c> the latest.</summary>
internal sealed class EventsEndpoint(IEventLog events) : IAdminEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    public void Map(IEndpointRouteBuilder admin) => admin.MapGet("/api/events", ListAsync);

    private async Task ListAsync(HttpContext context)
    {
        (string after, string limit) = (context.Request.Query["after"].ToString(), context.Request.Query["limit"].ToString());
        EventPlace seen = default;
        int most = DefaultLimit;
        if (after.Length > 0 && !EventPlace.TryParse(after, out seen))
        {
            await RefuseAsync(context, "\"after\" must be an event's id such as 1763726400000-0.");
            return;
        }

        if (limit.Length > 0 && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most) || most is < 1 or > MaxLimit))
        {
            await RefuseAsync(context, $"\"limit\" must be a whole number from 1 to {MaxLimit}.");
            return;
        }

        IReadOnlyList<GatewayEvent> found = await events.ReadAsync(after.Length > 0 ? seen : null, most);
        await AdminJson.WriteAsync(context, new JsonObject { ["events"] = new JsonArray([.. found.Select(Describe)]) });
    }

    private static JsonObject Describe(GatewayEvent told)
    {
        var details = new JsonObject();
        foreach ((string name, string value) in told.Details)
        {
            details[name] = value;
        }

        return new JsonObject { ["id"] = told.Id, ["at"] = told.At.ToString("O"), ["gateway"] = told.Gateway, ["kind"] = told.Kind, ["details"] = details };
    }

    private static Task RefuseAsync(HttpContext context, string detail) => ProblemWriter.WriteAsync(context, new Problem(400, "Bad request", Detail: detail));
}
