using System.Text.Json.Nodes;
using Gateway.Policies.Configuration;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.RateLimiting;

/// <summary>Says of one limit whom a request would be counted for and what is left, without taking a permit.</summary>
internal static class RateLimitExplanation
{
    public static async ValueTask<JsonObject> OfAsync(
        RateLimitPolicy policy, LimitStage stage, RoutePolicies route, HttpContext context, RateLimiter limiter)
    {
        UInt128 partition = PartitionKey.Of(policy, route, context, limiter.Secret);
        PermitDecision now = await PeekAsync(policy, partition, limiter.Store);
        return new JsonObject
        {
            ["policy"] = policy.Name,
            ["stage"] = stage is LimitStage.BeforeSession ? "before-session" : "after-session",
            ["limit"] = policy.Limit,
            ["window"] = Duration.Format(policy.Window),
            ["algorithm"] = "exact sliding window",
            ["partition"] = new JsonArray([.. policy.PartitionBy.Select(part => Part(part, route, context))]),
            ["whenRedisFails"] = policy.WhenRedisFails.ToString().ToLowerInvariant(),
            ["remaining"] = now.IsKnown ? now.Remaining : null,
            ["retryAfter"] = now.Outcome is PermitOutcome.Denied ? Duration.Format(now.RetryAfter) : null,
        };
    }

    private static JsonObject Part(PartitionPart part, RoutePolicies route, HttpContext context)
    {
        PartitionValue value = PartitionReader.Read(part, route, context);
        return new JsonObject
        {
            ["part"] = part.ToString(),
            ["from"] = value.Source == part.Source ? part.ToString() : $"{value.Source}, since the request has no {part}",
            ["value"] = IsSecret(value.Source) ? Masked(value.Text) : value.Text,
        };
    }

    /// <summary>A credential is told by its length and, when long, by its first letters.</summary>
    private static string Masked(string text) => text.Length >= 16 ? $"{text[..3]}… ({text.Length} characters)" : $"… ({text.Length} characters)";

    private static bool IsSecret(PartitionSource source) => source
        is PartitionSource.Session or PartitionSource.Header or PartitionSource.Cookie or PartitionSource.Query or PartitionSource.SessionField;

    private static async ValueTask<PermitDecision> PeekAsync(RateLimitPolicy policy, UInt128 partition, IPermitStore store)
    {
        var decisions = new PermitDecision[1];
        try
        {
            await store.PeekAsync(new[] { new PermitRequest(policy.Name, partition, policy.Limit, policy.Window) }, decisions, new WaitBudget());
            return decisions[0];
        }
        catch (StoreUnavailableException)
        {
            return PermitDecision.Unknown;
        }
    }
}
