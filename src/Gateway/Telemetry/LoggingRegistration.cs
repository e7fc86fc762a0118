using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;

namespace Gateway.Telemetry;

internal static class LoggingRegistration
{
    /// <summary>Logs to standard output, one entry per line: text, or with <paramref name="json"/> one JSON object each.</summary>
    public static ILoggingBuilder AddGatewayLogging(this ILoggingBuilder logging, bool json)
    {
        logging.Services.TryAddSingleton(TimeProvider.System);
        logging.AddConsole(console => console.FormatterName = json ? JsonLineFormatter.FormatterName : TextLineFormatter.FormatterName);
        logging.AddConsoleFormatter<TextLineFormatter, ConsoleFormatterOptions>();
        logging.AddConsoleFormatter<JsonLineFormatter, ConsoleFormatterOptions>();
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
