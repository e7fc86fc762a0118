using System.Text.Json.Nodes;
using Gateway.Admin.Requests;
using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Reload;
using Gateway.Policies.Configuration;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Rejections;

namespace Gateway.Admin.Endpoints;

/// <summary><c>GET</c> and <c>DELETE /api/limits/{policy}/{partition}</c>: shows what a partition has used, and gives its permits back.</summary>
internal sealed class LimitsEndpoints(RateLimitAdmin limits, SnapshotSource source) : IAdminEndpoints
{
    private const string Path = "/api/limits/{policy}/{**partition}";

    public void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet(Path, context => FindAsync(context, ShowAsync));
        admin.MapDelete(Path, context => FindAsync(context, ResetAsync));
    }

    private Task FindAsync(HttpContext context, Func<HttpContext, RateLimitPolicy, string, Task> act)
    {
        var name = (string)context.Request.RouteValues["policy"]!;
        IReadOnlyDictionary<string, RateLimitPolicy> known = PolicyLookup.RateLimits(source.Current);
        if (!known.TryGetValue(name, out RateLimitPolicy? policy))
        {
            string nearest = NearestName.Of(name, known.Keys) is { } near ? $" Did you mean \"{near}\"?" : "";
            return ProblemWriter.WriteAsync(context, new Problem(404, "No such policy", Detail: $"There is no rate limit \"{name}\".{nearest}"));
        }

        return AdminPath.After(context, segments: 3) is { } partition ? act(context, policy, partition) : RefuseAsync(context, policy);
    }

    private async Task ShowAsync(HttpContext context, RateLimitPolicy policy, string partition)
    {
        if (await limits.GetAsync(policy, partition) is not { } usage)
        {
            await RefuseAsync(context, policy);
            return;
        }

        await AdminJson.WriteAsync(context, new JsonObject
        {
            ["policy"] = policy.Name,
            ["partition"] = partition,
            ["limit"] = usage.Limit,
            ["window"] = Duration.Format(policy.Window),
            ["remaining"] = usage.Remaining,
            ["resetAfterSeconds"] = Math.Round(usage.ResetAfter.TotalSeconds, 3),
            ["retryAfterSeconds"] = Math.Round(usage.RetryAfter.TotalSeconds, 3),
        });
    }

    private async Task ResetAsync(HttpContext context, RateLimitPolicy policy, string partition)
    {
        if (await limits.ResetAsync(policy, partition) is not { } reset)
        {
            await RefuseAsync(context, policy);
            return;
        }

        await AdminJson.WriteAsync(context, new JsonObject { ["policy"] = policy.Name, ["partition"] = partition, ["reset"] = reset });
    }

    private static Task RefuseAsync(HttpContext context, RateLimitPolicy policy) => ProblemWriter.WriteAsync(context, new Problem(
        400, "Bad request", Detail: $"\"{policy.Name}\" is partitioned by {string.Join(" | ", policy.PartitionBy)}: write the partition so, its parts joined by '|', percent-encoded."));
}
