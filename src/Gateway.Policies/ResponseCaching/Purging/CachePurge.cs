using Gateway.Policies.ResponseCaching.Fetching;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;

namespace Gateway.Policies.ResponseCaching.Purging;

/// <summary>
/// Removes entries on request: at once here, and at all gateways that share a Redis within the time a message takes. A fetch that was
/// under way cannot undo a purge. While Redis is away the purge holds here, and is told to the others once Redis is back.
/// </summary>
public sealed class CachePurge
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly TieredCache _cache;
    private readonly PurgeEpochs _epochs;
    private readonly FetchTable _fetches;
    private readonly QueryForms _queries;
    private readonly CacheMetrics _metrics;
    private readonly IPurgeBus? _bus;

    internal CachePurge(TieredCache cache, PurgeEpochs epochs, FetchTable fetches, QueryForms queries, CacheMetrics metrics, IPurgeBus? bus)
    {
        _cache = cache;
        _epochs = epochs;
        _fetches = fetches;
        _queries = queries;
        _metrics = metrics;
        _bus = bus;
    }

    /// <summary>Purges; returns what was purged, as the target's text: <c>tag:catalog</c>.</summary>
    /// <exception cref="ArgumentException">The target names nothing: an empty name, or a URL that is not absolute.</exception>
    public async Task<string> PurgeAsync(PurgeTarget target)
    {
        if (target.Kind is not PurgeKind.All && string.IsNullOrWhiteSpace(target.Value))
        {
            throw new ArgumentException($"A purge by {target.Kind.ToString().ToLowerInvariant()} names one; this one is empty.", nameof(target));
        }

        _metrics.Purged(target.Kind.ToString().ToLowerInvariant());
        if (target.Kind is PurgeKind.Url)
        {
            await PurgeUrlAsync(target);
        }
        else
        {
            await TellAsync(new PurgeNotice(target.Kind, target.Value, target.Soft), new WaitBudget { Limit = Patience });
        }

        return target.ToString();
    }

    /// <summary>Purges a tag for a request that waits for it: no longer than its deadline. Never throws.</summary>
    internal ValueTask PurgeTagAsync(string tag, WaitBudget wait)
    {
        _metrics.Purged("write");
        return TellAsync(new PurgeNotice(PurgeKind.Tag, tag, Soft: false), wait);
    }

    private async Task PurgeUrlAsync(PurgeTarget target)
    {
        IReadOnlySet<string> keys = _queries.KeysOf(target.Value);
        if (keys.Count == 0)
        {
            throw new ArgumentException($"'{target.Value}' is not an absolute URL such as http://example.com/path.", nameof(target));
        }

        foreach (string key in keys)
        {
            if (target.Soft)
            {
                await TellAsync(new PurgeNotice(PurgeKind.Url, key, Soft: true), new WaitBudget { Limit = Patience });
            }
            else
            {
                await _cache.InvalidateAsync(key, new WaitBudget { Limit = Patience });
            }
        }
    }

    private async ValueTask TellAsync(PurgeNotice notice, WaitBudget wait)
    {
        // Here first: whoever asks after this call returns sees the purge, whether or not Redis answers.
        _epochs.Apply(notice, _epochs.Next());
        _fetches.CloseAll();
        if (_bus is not null && await _bus.AnnounceAsync(notice, wait) is { } epoch)
        {
            _epochs.Apply(notice, epoch);
            _fetches.CloseAll();
        }
    }
}
