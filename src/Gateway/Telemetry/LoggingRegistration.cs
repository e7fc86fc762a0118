namespace Gateway.Telemetry;

internal static class LoggingRegistration
{
    /// <summary>Logs to standard output, one entry per line: text, or with <paramref name="json"/> one JSON object each.</summary>
    public static ILoggingBuilder AddGatewayLogging(this ILoggingBuilder logging, bool json)
    {
        ILineFormat format = json ? new JsonLines(TimeProvider.System) : new TextLines(TimeProvider.System);

        // Made by the host, so that the host disposes it last and nothing said at the end is lost.
        logging.Services.AddSingleton<ILoggerProvider>(_ => new LineLoggerProvider(format, Console.OpenStandardOutput()));
        // Otherwise ASP.NET Core begins an activity and a log scope for each request, for entries that are not written: a sixth of what a
        // forwarded request costs. While traces are collected it begins one all the same.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        return logging.KeepUrlsOut();
    }

    /// <summary>At Information these categories write whole URLs, and a query may carry a token.</summary>
    internal static ILoggingBuilder KeepUrlsOut(this ILoggingBuilder logging)
    {
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Microsoft.Extensions.Http", LogLevel.Warning);
        logging.AddFilter("System.Net.Http", LogLevel.Warning);
        logging.AddFilter("Yarp", LogLevel.Warning);
        return logging;
    }
}
