using System.Text.Json.Nodes;
using Gateway.Policies.Configuration;
using Gateway.Policies.Routing;
using Gateway.Policies.Sessions;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Admin.Explain;

/// <summary>A route in a few lines. Values that routes match headers and queries by are not shown: they may be keys.</summary>
internal static class RouteSummary
{
    public static JsonObject Of(RouteConfig route, RoutePolicies? policies)
    {
        var told = new JsonObject { ["route"] = route.RouteId, ["match"] = Match(route.Match), ["cluster"] = route.ClusterId };
        if (route.Order is { } order)
        {
            told["order"] = order;
        }

        if (policies?.Priority is { } priority and not 0)
        {
            told["priority"] = priority;
        }

        if (policies is { PassEncodedSlashes: true })
        {
            told["passEncodedSlashes"] = true;
        }

        told["rateLimits"] = Texts(policies?.RateLimits.Select(limit => limit.Name));
        told["session"] = policies?.Session?.Name;
        told["cache"] = policies?.Cache?.Name;
        if (policies?.SessionIssue is { } issuing)
        {
            told["sessionIssue"] = Issue(issuing);
        }

        if (policies?.SessionEnd is { } ended)
        {
            told["sessionEnd"] = ended.Name;
        }

        return told;
    }

    private static JsonObject Issue(SessionIssuing issuing) => new()
    {
        ["policy"] = issuing.Policy.Name,
        ["from"] = issuing.Settings.From.ToString(),
        ["givenAs"] = issuing.Settings.TokenHeader is { } header ? $"header {header}" : $"cookie {issuing.Settings.Cookie}",
        ["ttl"] = Duration.Format(issuing.Settings.Ttl),
    };

    private static JsonObject Match(RouteMatch match)
    {
        var told = new JsonObject { ["path"] = match.Path };
        Add(told, "methods", match.Methods);
        Add(told, "hosts", match.Hosts);
        Add(told, "headers", match.Headers?.Select(header => $"{header.Name} ({header.Mode})"));
        Add(told, "query", match.QueryParameters?.Select(parameter => $"{parameter.Name} ({parameter.Mode})"));
        return told;
    }

    private static void Add(JsonObject told, string name, IEnumerable<string>? values)
    {
        if (values?.Any() is true)
        {
            told[name] = Texts(values);
        }
    }

    private static JsonArray Texts(IEnumerable<string>? values) => new([.. (values ?? []).Select(value => JsonValue.Create(value))]);
}
