namespace Gateway.Telemetry;

internal static class LoggingRegistration
{
    /// <summary>Logs to standard output, one entry per line: text, or with <paramref name="json"/> one JSON object each.</summary>
    public static ILoggingBuilder AddGatewayLogging(this ILoggingBuilder logging, bool json)
    {
        ILineFormat format = json ? new JsonLines(TimeProvider.System) : new TextLines(TimeProvider.System);

        // Made by the host, so that the host disposes it last and nothing said at the end is lost.
        logging.Services.AddSingleton<ILoggerProvider>(_ => new LineLoggerProvider(format, Console.OpenStandardOutput()));
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
