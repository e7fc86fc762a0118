using Microsoft.Extensions.Logging;

namespace Gateway.Policies.Redis;

/// <summary>Tells listeners something happened; one listener's mistake neither keeps the others from hearing nor ends the thread that tells.</summary>
internal static partial class Listeners
{
    public static void Tell(this EventHandler? listeners, object sender, ILogger logger)
    {
        foreach (EventHandler listener in listeners?.GetInvocationList() ?? [])
        {
            Tell(listener.Method.Name, () => listener(sender, EventArgs.Empty), logger);
        }
    }

    /// <inheritdoc cref="Tell(EventHandler?, object, ILogger)"/>
    public static void Tell(this Action? listener, ILogger logger)
    {
        if (listener is not null)
        {
            Tell(listener.Method.Name, listener, logger);
        }
    }

    private static void Tell(string name, Action listener, ILogger logger)
    {
        try
        {
            listener();
        }
#pragma warning disable CA1031 // The listener's own code may throw anything.
        catch (Exception mistake)
#pragma warning restore CA1031
        {
            LogMistake(logger, name, mistake);
        }
    }

    [LoggerMessage(103, LogLevel.Error, "{Listener}, a listener to a Redis connection, failed")]
    private static partial void LogMistake(ILogger logger, string listener, Exception mistake);
}
