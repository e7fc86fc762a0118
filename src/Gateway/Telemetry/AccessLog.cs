using Gateway.Policies.Rejections;
using Gateway.Policies.Routing;

namespace Gateway.Telemetry;

/// <summary>One log line per request. Costs one test where it is turned off.</summary>
internal sealed class AccessLog(ILoggerFactory loggers)
{
    /// <summary>The log category; <c>Logging:LogLevel:Gateway.Access</c> at <c>Warning</c> turns the access log off.</summary>
    public const string Category = "Gateway.Access";

    private static readonly EventId Event = new(500, "Access");
    private readonly ILogger _logger = loggers.CreateLogger(Category);

    public bool IsEnabled => _logger.IsEnabled(LogLevel.Information);

    public void Write(HttpContext context, int status, long bytes, TimeSpan duration)
    {
        GatewayRequest request = GatewayRequest.Of(context);
        RoutePolicies? policies = context.GetEndpoint()?.Metadata.GetMetadata<RoutePolicies>();
        var record = new AccessRecord
        {
            Method = context.Request.Method,
            Path = context.Request.Path.ToUriComponent(),
            HasQuery = context.Request.QueryString.HasValue,
            Status = status,
            Bytes = HttpMethods.IsHead(context.Request.Method) ? 0 : bytes,
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
            TraceId = TraceId.Of(context),
        };
        _logger.Log(LogLevel.Information, Event, record, null, static (line, _) => line.ToString());
    }
}
