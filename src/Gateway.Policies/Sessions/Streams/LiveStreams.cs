using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Gateway.Policies.Sessions.Streams;

/// <summary>
/// The requests in flight of policies with <c>EndStreams</c>. A session that this gateway is told of is looked at again at once; all are every
/// 5 s, for those that ended by time or at another application's hand. While Redis is away streams go on.
/// </summary>
internal sealed class LiveStreams : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private readonly Dictionary<string, List<LiveStream>> _byKey = [];
    private readonly Lock _gate = new();
    private readonly SessionMetrics _metrics;
    private readonly TimeProvider _time;

    public LiveStreams(SessionLookups lookups, SessionMetrics metrics, TimeProvider time)
    {
        _metrics = metrics;
        _time = time;
        lookups.Forgotten += key => _ = CheckAsync(key);
    }

    /// <summary>Runs a request's rest, with its stream among those that end with the session.</summary>
    public async Task RunAsync(HttpContext context, SessionLookup lookup, FoundToken found, RequestDelegate next)
    {
        var stream = new LiveStream(context, lookup, found, _time);
        Add(stream);
        try
        {
            await next(context);
        }
        finally
        {
            stream.Over();
            Remove(stream);
        }
    }

    /// <summary>Looks at every session that has a request in flight.</summary>
    internal async Task CheckAllAsync()
    {
        string[] keys;
        lock (_gate)
        {
            keys = [.. _byKey.Keys];
        }

        foreach (string[] batch in keys.Chunk(200))
        {
            await Task.WhenAll(batch.Select(CheckAsync));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ticks = new PeriodicTimer(Interval, _time);
        while (await ticks.WaitForNextTickAsync(stoppingToken))
        {
            await CheckAllAsync();
        }
    }

    private async Task CheckAsync(string key)
    {
        LiveStream[] streams = Of(key);
        if (streams.Length == 0)
        {
            return;
        }

        // One read serves them all: they share token and, but for reloads, policy.
        foreach (LiveStream stream in streams)
        {
            SessionVerdict verdict = stream.Lookup.Recall(stream.Found) is { } seen
                ? new SessionVerdict(seen.Outcome, seen)
                : await stream.Lookup.Begin(stream.Found, new WaitBudget()).Verdict;
            if (!verdict.Admits && verdict.Outcome is not SessionOutcome.Unavailable && stream.End())
            {
                _metrics.StreamEnded(stream.Lookup.PolicyName);
            }
        }
    }

    private LiveStream[] Of(string key)
    {
        lock (_gate)
        {
            return _byKey.TryGetValue(key, out List<LiveStream>? streams) ? [.. streams] : [];
        }
    }

    private void Add(LiveStream stream)
    {
        lock (_gate)
        {
            (_byKey.TryGetValue(stream.Key, out List<LiveStream>? streams) ? streams : _byKey[stream.Key] = []).Add(stream);
        }
    }

    private void Remove(LiveStream stream)
    {
        lock (_gate)
        {
            if (_byKey.TryGetValue(stream.Key, out List<LiveStream>? streams) && streams.Remove(stream) && streams.Count == 0)
            {
                _byKey.Remove(stream.Key);
            }
        }
    }
}
