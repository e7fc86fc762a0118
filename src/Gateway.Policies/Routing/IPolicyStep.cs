using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.Routing;

/// <summary>One policy's place in a route's pipeline, composed once when the configuration loads.</summary>
public interface IPolicyStep
{
    /// <summary>Puts the policy before <paramref name="next"/>; returns <paramref name="next"/> itself where the route does not use the policy.</summary>
    RequestDelegate Wrap(RoutePolicies route, RequestDelegate next);

    /// <summary>
    /// Says what the policy would do with <paramref name="context"/>, whose request is only described, never sent. Spends no permit,
    /// extends no session, stores nothing. Null where the route does not use the policy.
    /// </summary>
    ValueTask<JsonNode?> ExplainAsync(RoutePolicies route, HttpContext context);
}
