using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Policies.Configuration;
using Gateway.Policies.RateLimiting.Boosts;
using Gateway.Policies.RateLimiting.Charging;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.RateLimiting;

/// <summary>Says of one limit whom a request would be counted for and what is left, without taking a permit.</summary>
internal static class RateLimitExplanation
{
    public static async ValueTask<JsonObject> OfAsync(
        RouteLimit limit, RoutePolicies route, HttpContext context, RateLimiter limiter)
    {
        RateLimitPolicy policy = limit.Policy;
        UInt128 partition = PartitionKey.Of(policy, route, context, limiter.Secret);
        Boost? boost = limiter.Boosts.Find(partition);
        RouteLimit? chosen = limit.Of(context)?.Boosted(boost);
        PermitDecision now = chosen is null
            ? PermitDecision.Unknown
            : await PeekAsync(chosen.Ask(context, partition), limiter.Store);
        return new JsonObject
        {
            ["policy"] = policy.Name,
            ["stage"] = limit.Stage is LimitStage.BeforeSession ? "before-session" : "after-session",
            ["exempt"] = chosen is null,
            ["shadow"] = policy.Shadow,
            ["limit"] = (chosen ?? limit).Permits,
            ["cost"] = limit.CostOf(context),
            ["countOnly"] = Texts(policy.CountOnly),
            ["refund"] = Texts(policy.Refund),
            ["boosted"] = boost is not null,
            ["plan"] = policy.Plans is null ? null : limit.PlanOf(context),
            ["shadowLimit"] = policy.ShadowLimit,
            ["window"] = Duration.Format(policy.Window),
            ["algorithm"] = Algorithm(policy, (chosen ?? limit).Permits),
            ["partition"] = new JsonArray([.. policy.PartitionBy.Select(part => Part(part, policy, route, context))]),
            ["whenRedisFails"] = policy.WhenRedisFails.ToString().ToLowerInvariant(),
            ["remaining"] = now.IsKnown ? now.Remaining : null,
            ["retryAfter"] = now.Outcome is PermitOutcome.Denied && now.RetryAfter != PermitDecision.Never ? Duration.Format(now.RetryAfter) : null,
        };
    }

    private static string Algorithm(RateLimitPolicy policy, long permits) => policy.Ask(UInt128.Zero, permits, 1) switch
    {
        { InSubWindows: true } => "sliding window in 64 sub-windows",
        { Algorithm: RateLimitAlgorithm.SlidingWindow } => "exact sliding window",
        { Algorithm: RateLimitAlgorithm.TokenBucket } bucket => string.Create(CultureInfo.InvariantCulture, $"token bucket of {bucket.Burst}"),
        { Algorithm: RateLimitAlgorithm.FixedWindow } => "fixed window",
        _ => "concurrency",
    };

    private static JsonArray? Texts(IReadOnlyList<StatusMatch> statuses) =>
        statuses.Count == 0 ? null : new JsonArray([.. statuses.Select(status => JsonValue.Create(status.ToString()))]);

    private static JsonObject Part(PartitionPart part, RateLimitPolicy policy, RoutePolicies route, HttpContext context)
    {
        PartitionValue value = PartitionReader.Read(part, policy, route, context);
        return new JsonObject
        {
            ["part"] = part.ToString(),
            ["from"] = value.Source == part.Source ? part.ToString() : $"{value.Source}, since the request has no {part}",
            ["value"] = PartitionLabel.IsSecret(value.Source) ? Masked(value.Text) : value.Text,
        };
    }

    /// <summary>A credential is told by its length and, when long, by its first letters.</summary>
    private static string Masked(string text) => text.Length >= 16 ? $"{text[..3]}… ({text.Length} characters)" : $"… ({text.Length} characters)";

    private static async ValueTask<PermitDecision> PeekAsync(PermitRequest request, IPermitStore store)
    {
        var decisions = new PermitDecision[1];
        try
        {
            await store.PeekAsync(new[] { request }, decisions, new WaitBudget());
            return decisions[0];
        }
        catch (StoreUnavailableException)
        {
            return PermitDecision.Unknown;
        }
    }
}
