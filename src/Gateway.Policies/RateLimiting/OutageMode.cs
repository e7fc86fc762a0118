using Microsoft.Extensions.Logging;

namespace Gateway.Policies.RateLimiting;

/// <summary>Tells the log once that limits are without Redis, and once that they have it again.</summary>
internal sealed partial class OutageMode(TimeProvider time, ILogger logger)
{
    /// <summary>Redis counts as back after this long without a failure, so that one that answers now and then does not fill the log.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(5);

    private long _lastFailure;
    private volatile bool _away;

    public void Failed(string reason)
    {
        Volatile.Write(ref _lastFailure, time.GetTimestamp());
        if (!_away && !Interlocked.Exchange(ref _away, true))
        {
            LogAway(reason);
        }
    }

    public void Answered()
    {
        if (_away && time.GetElapsedTime(Volatile.Read(ref _lastFailure)) >= Calm && Interlocked.Exchange(ref _away, false))
        {
            LogBack();
        }
    }

    [LoggerMessage(200, LogLevel.Warning, "Limits cannot be counted in Redis ({Reason}): each follows its WhenRedisFails")]
    private partial void LogAway(string reason);

    [LoggerMessage(201, LogLevel.Warning, "Limits are counted in Redis again")]
    private partial void LogBack();
}
