using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Admin.Requests;
using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Reload;
using Gateway.Policies.Configuration;
using Gateway.Policies.Events;
using Gateway.Policies.RateLimiting;
using Gateway.Policies.Rejections;

namespace Gateway.Admin.Endpoints;

/// <summary>
/// <c>GET</c> and <c>DELETE /api/limits/{policy}/{partition}</c>: shows what a partition has used, and gives its permits back;
/// <c>POST …/boost</c> raises its limit for a while; <c>GET /api/limits/{policy}/top</c>: who is rejected most.
/// </summary>
internal sealed class LimitsEndpoints(RateLimitAdmin limits, SnapshotSource source, IEventLog events) : IAdminEndpoints
{
    private const string Path = "/api/limits/{policy}/{**partition}";
    private const string BoostEnd = "/boost";
    private const int Offenders = 20;
    private static readonly TimeSpan LongestBoost = TimeSpan.FromDays(30);

    public void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet(Path, context => FindAsync(context, ShowAsync));
        admin.MapDelete(Path, context => FindAsync(context, ResetAsync));
        admin.MapPost(Path, context => FindAsync(context, BoostAsync));
        admin.MapGet("/api/limits/{policy}/top", context => FindAsync(context, (_, policy, _) => TopAsync(context, policy)));
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
            ["used"] = usage.Used,
            ["remaining"] = usage.Remaining,
            ["resetAfterSeconds"] = Math.Round(usage.ResetAfter.TotalSeconds, 3),
            ["retryAfterSeconds"] = Math.Round(usage.RetryAfter.TotalSeconds, 3),
            ["boostEndsAfterSeconds"] = usage.BoostLeft > TimeSpan.Zero ? Math.Round(usage.BoostLeft.TotalSeconds, 3) : null,
        });
    }

    private Task TopAsync(HttpContext context, RateLimitPolicy policy) => AdminJson.WriteAsync(context, new JsonObject
    {
        ["policy"] = policy.Name,
        ["top"] = new JsonArray([.. limits.Top(policy, Offenders).Select(offender => new JsonObject
        {
            ["partition"] = offender.Label,
            ["id"] = RateLimitAdmin.Id(offender.Partition),
            ["rejected"] = offender.Rejected,
            ["atMostTooMany"] = offender.AtMostTooMany,
        })]),
    });

    private async Task BoostAsync(HttpContext context, RateLimitPolicy policy, string path)
    {
        AdminBody body = await AdminBody.ReadAsync(context);
        body.Only("limit", "for");
        TimeSpan duration = Duration.TryParse(body.RequiredText("for"), out TimeSpan written) ? written : TimeSpan.MinValue;
        long limit = duration == TimeSpan.Zero ? policy.Limit : body.RequiredWhole("limit");
        if (duration < TimeSpan.Zero || duration > LongestBoost)
        {
            body.Note($"\"for\" must be a duration from 0s, which ends a boost, to {Duration.Format(LongestBoost)}.");
        }
        else if (duration > TimeSpan.Zero && limit <= policy.Limit)
        {
            body.Note($"\"limit\" must be above the limit of \"{policy.Name}\", which is {policy.Limit}.");
        }
        else if (RateLimitPolicyRules.Check(policy with { Limit = limit }) is [var mistake, ..])
        {
            // What no file may say, no boost may either.
            body.Note($"\"limit\": {mistake.Problem}; allowed: {mistake.Allowed}.");
        }

        if (!path.EndsWith(BoostEnd, StringComparison.Ordinal))
        {
            await ProblemWriter.WriteAsync(context, new Problem(404, "Not found", Detail: "POST takes …/{partition}/boost."));
        }
        else if (body.Mistake is not null)
        {
            await body.RefuseAsync(context);
        }
        else
        {
            await BoostAsync(context, policy, path[..^BoostEnd.Length], limit, duration);
        }
    }

    private async Task BoostAsync(HttpContext context, RateLimitPolicy policy, string partition, long limit, TimeSpan duration)
    {
        switch (await limits.BoostAsync(policy, partition, limit, duration))
        {
            case null:
                await RefuseAsync(context, policy);
                break;
            case false:
                await ProblemWriter.WriteAsync(context, new Problem(409, "Too many boosts", Detail: "There are as many boosts as there may be. End one, or raise the limit in the configuration."));
                break;
            case true:
                events.Note(
                    EventKind.LimitBoosted,
                    ("policy", policy.Name), ("partition", limits.IdOf(policy, partition)!), ("limit", limit.ToString(CultureInfo.InvariantCulture)), ("for", Duration.Format(duration)));
                await AdminJson.WriteAsync(context, new JsonObject
                {
                    ["policy"] = policy.Name, ["partition"] = partition, ["limit"] = limit, ["endsAfterSeconds"] = duration.TotalSeconds,
                });
                break;
        }
    }

    private async Task ResetAsync(HttpContext context, RateLimitPolicy policy, string partition)
    {
        if (await limits.ResetAsync(policy, partition) is not { } reset)
        {
            await RefuseAsync(context, policy);
            return;
        }

        events.Note(EventKind.LimitReset, ("policy", policy.Name), ("partition", limits.IdOf(policy, partition)!));
        await AdminJson.WriteAsync(context, new JsonObject { ["policy"] = policy.Name, ["partition"] = partition, ["reset"] = reset });
    }

    private static Task RefuseAsync(HttpContext context, RateLimitPolicy policy) => ProblemWriter.WriteAsync(context, new Problem(
        400, "Bad request", Detail: $"\"{policy.Name}\" is partitioned by {string.Join(" | ", policy.PartitionBy)}: write the partition so, its parts joined by '|', percent-encoded."));
}
