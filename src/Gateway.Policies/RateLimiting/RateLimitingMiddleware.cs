using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.RateLimiting;

/// <summary>The limits of one stage of one route, compiled when the configuration loads. Completes synchronously when the store does.</summary>
internal sealed class RateLimitingMiddleware(RouteLimits limits, LimitStage stage, RateLimiter limiter, Action<HttpContext>? whileWaiting, RequestDelegate next)
{
    private readonly bool _holds = limits.Of(stage).ToArray().Any(limit => limit.Policy.Algorithm is RateLimitAlgorithm.Concurrency);

    public Task InvokeAsync(HttpContext context)
    {
        GatewayRequest shared = GatewayRequest.Of(context);
        RequestLimits request = RequestLimits.Of(shared, context, limits);
        Range asked = request.Address(stage, context, limiter.Secret);
        ValueTask<LimitVerdict> pending = limiter.AcquireAsync(request, asked, shared);
        if (pending.IsCompletedSuccessfully)
        {
            return ConcludeAsync(pending.Result, request, asked, context, shared);
        }

        whileWaiting?.Invoke(context);
        return AwaitAsync(pending, request, asked, context, shared);
    }

    private async Task AwaitAsync(ValueTask<LimitVerdict> pending, RequestLimits request, Range asked, HttpContext context, GatewayRequest shared) =>
        await ConcludeAsync(await pending, request, asked, context, shared);

    private Task ConcludeAsync(LimitVerdict verdict, RequestLimits request, Range asked, HttpContext context, GatewayRequest shared)
    {
        if (request.MostConstrained(shown: false) is { } index)
        {
            shared.RateLimitPolicy = request.At(index).Policy.Name;
        }

        if (limits.Shadows(stage) is { Length: > 0 } shadows && verdict is not LimitVerdict.Unavailable)
        {
            limiter.Shadows.Ask(shadows, request, context);
        }

        return verdict switch
        {
            LimitVerdict.Admitted => _holds ? HoldAsync(request, asked, context) : next(context),
            LimitVerdict.Rejected => RejectAsync(request, context),
            LimitVerdict.Unavailable => RateLimitRejections.UnavailableAsync(context),
            _ => throw new InvalidOperationException($"No answer to verdict {verdict}."),
        };
    }

    private Task RejectAsync(RequestLimits request, HttpContext context)
    {
        limiter.Offenders.Count(request, context);
        return RateLimitRejections.RejectAsync(context, request.Rejection(), request.RetryAfter());
    }

    /// <summary>The request uses permits until it has ended: answered, failed or left by its client.</summary>
    private async Task HoldAsync(RequestLimits request, Range asked, HttpContext context)
    {
        try
        {
            await next(context);
        }
        finally
        {
            limiter.InUse.Release(request, asked);
        }
    }
}
