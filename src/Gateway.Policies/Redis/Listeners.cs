using Microsoft.Extensions.Logging;

namespace Gateway.Policies.Redis;

/// <summary>Tells listeners something happened; one listener's mistake neither keeps the others from hearing nor ends the thread that tells.</summary>
internal static partial class Listeners
{
    public static void Tell(this EventHandler? listeners, object sender, ILogger logger)
    {
        foreach (EventHandler listener in listeners?.GetInvocationList() ?? [])
        {
            try
            {
                listener(sender, EventArgs.Empty);
            }
#pragma warning disable CA1031 // The listener's own code may throw anything.
            catch (Exception mistake)
#pragma warning restore CA1031
            {
                LogMistake(logger, listener.Method.Name, mistake);
            }
        }
    }

    [LoggerMessage(103, LogLevel.Error, "{Listener}, a listener to a Redis connection, failed")]
    private static partial void LogMistake(ILogger logger, string listener, Exception mistake);
}
