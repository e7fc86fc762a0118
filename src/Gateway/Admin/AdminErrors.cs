using Gateway.Policies.Rejections;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace Gateway.Admin;

/// <summary>Every error of the admin API leaves as problem+json, also those that routing and Kestrel answer without a body.</summary>
internal sealed partial class AdminErrors(RequestDelegate next, ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger<AdminErrors>();

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException bad)
        {
            await ProblemWriter.WriteAsync(context, new Problem(bad.StatusCode, ReasonPhrases.GetReasonPhrase(bad.StatusCode), Detail: bad.Message));
        }
        catch (StoreUnavailableException)
        {
            context.Response.Headers.RetryAfter = "1";
            await ProblemWriter.WriteAsync(context, new Problem(503, "Service unavailable", Detail: "Redis does not answer; nothing was changed for certain. Try again."));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone.
        }
        catch (Exception failure)
        {
            LogFailed(failure, context.GetEndpoint()?.DisplayName);
            await ProblemWriter.WriteAsync(context, new Problem(500, "Internal error", Detail: "The gateway's log says why."));
        }

        await DescribeAsync(context);
    }

    private static Task DescribeAsync(HttpContext context) => context.Response switch
    {
        { HasStarted: false, StatusCode: >= 400 and var status, ContentType: null } =>
            ProblemWriter.WriteAsync(context, new Problem(status, ReasonPhrases.GetReasonPhrase(status), Detail: status switch
            {
                404 => "There is no such endpoint; GET / lists them.",
                405 => $"Allowed here: {context.Response.Headers.Allow}.",
                _ => null,
            })),
        _ => Task.CompletedTask,
    };

    [LoggerMessage(511, LogLevel.Error, "The admin endpoint {Endpoint} failed")]
    private partial void LogFailed(Exception failure, string? endpoint);
}
