using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Telemetry;

/// <summary>
/// The first middleware: one log line and one measurement per request, whatever happens further in. Costs one test and no
/// allocation when neither is wanted.
/// </summary>
internal sealed class AccessLogMiddleware
{
    /// <summary>The log category; <c>Logging:LogLevel:Gateway.Access</c> at <c>Warning</c> turns the access log off.</summary>
    public const string Category = "Gateway.Access";

    private static readonly EventId Event = new(500, "Access");
    private readonly RequestDelegate _next;
    private readonly ILogger _logger;
    private readonly RequestMetrics _metrics;
    private readonly TimeProvider _time;

    public AccessLogMiddleware(RequestDelegate next, ILoggerFactory loggers, RequestMetrics metrics, TimeProvider time)
    {
        _next = next;
        _logger = loggers.CreateLogger(Category);
        _metrics = metrics;
        _time = time;
    }

    public Task InvokeAsync(HttpContext context) =>
        _logger.IsEnabled(LogLevel.Information) ? LogAsync(context)
        : _metrics.IsEnabled ? MeasureAsync(context)
        : _next(context);

    private async Task MeasureAsync(HttpContext context)
    {
        long began = _time.GetTimestamp();
        bool completed = false;
        try
        {
            await _next(context);
            completed = true;
        }
        finally
        {
            _metrics.Answered(RouteOf(context), StatusOf(context, completed), _time.GetElapsedTime(began));
        }
    }

    private async Task LogAsync(HttpContext context)
    {
        long began = _time.GetTimestamp();
        var body = new ResponseByteCounter(context.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        context.Features.Set<IHttpResponseBodyFeature>(body);
        bool completed = false;
        try
        {
            await _next(context);
            completed = true;
        }
        finally
        {
            TimeSpan duration = _time.GetElapsedTime(began);
            int status = StatusOf(context, completed);
            _metrics.Answered(RouteOf(context), status, duration);
            Write(context, status, HttpMethods.IsHead(context.Request.Method) ? 0 : body.Written, duration);
        }
    }

    private void Write(HttpContext context, int status, long bytes, TimeSpan duration)
    {
        GatewayRequest request = GatewayRequest.Of(context);
        RoutePolicies? policies = context.GetEndpoint()?.Metadata.GetMetadata<RoutePolicies>();
        var record = new AccessRecord
        {
            Method = context.Request.Method,
            Path = context.Request.Path.ToUriComponent(),
            HasQuery = context.Request.QueryString.HasValue,
            Status = status,
            Bytes = bytes,
            Duration = duration,
            Forward = request.ForwardDuration,
            Route = policies?.RouteId,
            Client = ClientAddress.Of(context, policies?.TrustedProxies ?? []).ToString(),
            Admission = request.AdmissionOutcome,
            RateLimit = request.RateLimitOutcome,
            RateLimitPolicy = request.RateLimitPolicy,
            Session = request.SessionOutcome,
            Cache = request.CacheOutcome,
            CacheReason = request.CacheReason,
            TraceId = Policies.Rejections.TraceId.Of(context),
        };
        _logger.Log(LogLevel.Information, Event, record, null, static (line, _) => line.ToString());
    }

    private static string? RouteOf(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<RoutePolicies>()?.RouteId;

    // An exception that nothing inside answered becomes the server's 500.
    private static int StatusOf(HttpContext context, bool completed) =>
        completed || context.Response.HasStarted ? context.Response.StatusCode : StatusCodes.Status500InternalServerError;
}
