using System.Collections.Concurrent;
using Gateway.Policies.Routing;
using Microsoft.Extensions.Logging;

namespace Gateway.Policies.Sessions;

/// <summary>
/// Extends idle times to live behind the requests that use the sessions: no request waits for it or is charged for it. A session has
/// at most one extension on its way, so there are never more than requests.
/// </summary>
internal sealed class SlidingExtension(ISessionStore store, SessionMetrics metrics, ILogger logger)
{
    private readonly ConcurrentDictionary<string, bool> _onTheirWay = new();

    public void Begin(string policy, string key, TimeSpan timeToLive)
    {
        if (_onTheirWay.TryAdd(key, true))
        {
            _ = ExtendAsync(policy, key, timeToLive);
        }
    }

    /// <summary>
    /// The new time to live; null while the present one still has nine tenths of <paramref name="sliding"/>, or as much as the
    /// record's expiry leaves.
    /// </summary>
    internal static TimeSpan? Due(TimeSpan sliding, TimeSpan? timeToLive, TimeSpan? untilExpiry)
    {
        TimeSpan target = untilExpiry < sliding ? untilExpiry.Value : sliding;
        return timeToLive is null || target - timeToLive.Value >= sliding / 10 ? target : null;
    }

    private async Task ExtendAsync(string policy, string key, TimeSpan timeToLive)
    {
        try
        {
            await store.ExtendAsync(key, timeToLive, new WaitBudget());
            metrics.Extended(policy, succeeded: true);
        }
        catch (StoreUnavailableException)
        {
            metrics.Extended(policy, succeeded: false);
            SessionLog.NotExtended(logger, policy);
        }
        finally
        {
            _onTheirWay.TryRemove(key, out _);
        }
    }
}
