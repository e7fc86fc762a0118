using Gateway.Policies.ResponseCaching.Semantics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>Requests that a policy keeps the cache out of: its Methods and Bypass.</summary>
internal sealed class PolicyBypass(CachePolicy policy)
{
    private readonly bool _get = policy.Methods.Contains("GET", StringComparer.OrdinalIgnoreCase);
    private readonly bool _head = policy.Methods.Contains("HEAD", StringComparer.OrdinalIgnoreCase);
    private readonly BypassCondition[] _conditions = [.. policy.Bypass];

    /// <summary>Null: the cache takes the request. Else one of <see cref="CacheReason"/>.</summary>
    /// <param name="context">The request.</param>
    /// <param name="steered">It carries one of <see cref="SteeringFields"/>.</param>
    public string? ReasonOf(HttpContext context, bool steered)
    {
        if (Serving.Bypass.ReasonOf(context, steered) is { } reason)
        {
            return reason;
        }

        if (!(HttpMethods.IsHead(context.Request.Method) ? _head : _get))
        {
            return CacheReason.Method;
        }

        return ConditionApplies(context) ? CacheReason.BypassCondition : null;
    }

    /// <summary>Whether what a POST brings may be looked at, to be stored for GETs.</summary>
    public bool TakesPost(HttpContext context, bool steered) =>
        _get && HttpMethods.IsPost(context.Request.Method) && context.Request.Headers.Upgrade.Count == 0
        && Serving.Bypass.RiskOf(context, steered) is null && !ConditionApplies(context);

    private bool ConditionApplies(HttpContext context)
    {
        foreach (BypassCondition condition in _conditions)
        {
            if (Applies(condition, context.Request))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Applies(BypassCondition condition, HttpRequest request) => condition.Source switch
    {
        BypassSource.Header => Matches(condition, request.Headers[condition.Name]),
        BypassSource.Query => Matches(condition, request.Query[condition.Name]),
        _ => CookieValues.Of(request.Headers.Cookie, condition.Name) is { } values && Matches(condition, values.Split(';')),
    };

    private static bool Matches(BypassCondition condition, StringValues values)
    {
        foreach (string? value in values)
        {
            if (condition.Value is null || condition.Value == value)
            {
                return true;
            }
        }

        return false;
    }
}
