using System.Text.Json.Nodes;
using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>Says what the cache would do with a request, and why. Shows names of selecting fields, never the values of credentials.</summary>
internal sealed class CacheExplanation(string route, CachePolicy policy, CacheParts parts)
{
    private readonly RequestReader _reader = new(route, policy);
    private readonly PolicyBypass _bypass = new(policy);

    public async ValueTask<JsonObject> OfAsync(HttpContext context)
    {
        var told = new JsonObject { ["policy"] = policy.Name };
        bool steered = SteeringFields.AreIn(context.Request.Headers);
        if (_bypass.ReasonOf(context, steered) is { } reason)
        {
            told["verdict"] = "bypass";
            told["rule"] = reason;
            return told;
        }

        CacheRequest request = _reader.Read(context, steered);
        told["key"] = KeyOf(context, request);
        FoundEntry found = await parts.Cache.FindAsync(request.Lookup, GatewayRequest.Of(context).RedisWait);
        Tell(told, request, found);
        return told;
    }

    private void Tell(JsonObject told, CacheRequest request, FoundEntry found)
    {
        if (found.Entry is not { } entry)
        {
            told["verdict"] = "miss";
            told["rule"] = parts.Cache.VariantsOf(request.Lookup.Uri).Count == 0 ? CacheReason.UriMiss : CacheReason.VaryMiss;
            return;
        }

        long now = parts.Fetching.Now;
        bool refused = request.Credentials && !entry.Shareable;
        ReuseVerdict verdict = Reuse.Decide(entry.Times, request.Control, found.SoftPurged, now);
        told["verdict"] = refused ? "miss" : verdict.Kind is ReuseKind.Serve && verdict.Reason == CacheReason.Fresh ? "fresh" : "stale";
        told["rule"] = refused ? CacheReason.Credentials : verdict.Reason;
        told["served"] = !refused && verdict.Kind is not ReuseKind.Revalidate;
        told["status"] = entry.Status;
        told["age"] = entry.Times.AgeAt(now) / 1000;
        told["ttl"] = entry.Times.LeftAt(now) / 1000;
        told["lifetimeFrom"] = entry.Times.Source.ToString();
        told["tags"] = new JsonArray([.. entry.Tags.Select(tag => JsonValue.Create(tag))]);
    }

    private JsonObject KeyOf(HttpContext context, CacheRequest request)
    {
        var key = new JsonObject
        {
            ["url"] = request.Lookup.Uri,
            ["route"] = route,
            ["perUser"] = policy.PerUser && (GatewayRequest.Of(context).Session is not null || context.Request.Headers.Authorization.Count > 0),
        };
        AddNames(key, "varyByHeader", policy.VaryByHeader);
        AddNames(key, "varyByCookie", policy.VaryByCookie);
        AddNames(key, "varyBySessionField", policy.VaryBySessionField);
        if (parts.Cache.VaryOf(request.Lookup.Uri) is { Length: > 0 } names)
        {
            key["vary"] = new JsonObject(names.Select(name => KeyValuePair.Create<string, JsonNode?>(name, Shown(name, context))));
        }

        return key;
    }

    /// <summary>Names only: the values may be credentials.</summary>
    private static void AddNames(JsonObject key, string what, IReadOnlyList<string> names)
    {
        if (names.Count > 0)
        {
            key[what] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]);
        }
    }

    private static string? Shown(string name, HttpContext context) =>
        name is "cookie" or "authorization" or "x-api-key" ? "(not shown)" : VaryValue.Of(name, context.Request.Headers[name]);
}
