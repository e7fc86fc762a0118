using Microsoft.Extensions.Logging;

namespace Gateway.Policies.Sessions;

/// <summary>Log lines of session policies. Never a token: a token's source and the outcome say enough.</summary>
internal static partial class SessionLog
{
    [LoggerMessage(300, LogLevel.Debug, "Route {Route}, session policy {Policy}: {Outcome} (token from {Source})")]
    public static partial void Refused(ILogger logger, string route, string policy, string outcome, string source);

    [LoggerMessage(301, LogLevel.Debug, "Session policy {Policy}: an idle time to live was not extended, Redis did not answer; the next use tries again")]
    public static partial void NotExtended(ILogger logger, string policy);

    [LoggerMessage(303, LogLevel.Error, "Session policy {Policy}: what a login's answer said in {Source} is no user and no JSON object, or the request names no tenant; no session was created")]
    public static partial void IssueUnreadable(ILogger logger, string policy, string source);

    [LoggerMessage(304, LogLevel.Error, "Session policy {Policy}: what a login's answer said makes no record ({Reason}); no session was created")]
    public static partial void IssueUnfit(ILogger logger, string policy, string reason);

    [LoggerMessage(302, LogLevel.Warning, "{Count} sessions were revoked or changed, but the other gateways could not be told ({Reason}): they may remember them for as long as their policies say")]
    public static partial void NotTold(ILogger logger, int count, string reason);
}
