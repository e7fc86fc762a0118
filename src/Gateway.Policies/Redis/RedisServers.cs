using System.Net;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gateway.Policies.Redis;

/// <summary>
/// Asks every server behind the links for its <c>INFO</c> now and then, in the background: once for each distinct server. A server
/// that does not answer is not known until it does.
/// </summary>
internal sealed partial class RedisServers : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly IReadOnlyList<RedisLink> _links;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<string> _warned = [];
    private Task _polling = Task.CompletedTask;

    public RedisServers(IReadOnlyList<RedisLink> links, TimeProvider time, ILogger logger)
    {
        _links = links;
        _time = time;
        _logger = logger;
    }

    /// <summary>The servers that answered last time, by address.</summary>
    public IReadOnlyList<RedisServerState> Known { get; private set; } = [];

    public void Start() => _polling = PollAsync();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _polling;
        _stopping.Dispose();
    }

    private async Task PollAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            await AskAllAsync();
            TimeSpan pause = TimeSpan.FromSeconds(10 + (5 * Random.Shared.NextDouble()));
            await Task.Delay(pause, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AskAllAsync()
    {
        var known = new SortedDictionary<string, RedisServerState>(StringComparer.Ordinal);
        foreach (RedisLink link in _links)
        {
            foreach (IServer server in link.Connection?.GetServers().Where(server => server.IsConnected) ?? [])
            {
                string name = NameOf(server.EndPoint);
                if (!known.ContainsKey(name) && await AskAsync(server, name) is { } state)
                {
                    known.Add(name, state);
                }

                WarnOfEviction(link.Concern, known.GetValueOrDefault(name));
            }
        }

        Known = [.. known.Values];
    }

    private async Task<RedisServerState?> AskAsync(IServer server, string name)
    {
        try
        {
            // The client keeps its own INFO for connections with admin rights, which would also let FLUSHALL through.
            Task<RedisResult> asked = server.ExecuteAsync("INFO");
            asked.Forget();
            return RedisServerState.Parse(name, $"{await asked.WaitAsync(Patience, _time, _stopping.Token)}");
        }
#pragma warning disable CA1031 // Whatever one server's answer was, the others are asked, and it is asked again.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    private void WarnOfEviction(RedisConcern concern, RedisServerState? state)
    {
        if (concern == RedisConcern.RateLimits && state is { MaxMemory: > 0, EvictionPolicy: not "noeviction" } && _warned.Add(state.Server))
        {
            LogEvicts(state.Server, state.EvictionPolicy);
        }
    }

    internal static string NameOf(EndPoint? endPoint) => endPoint switch
    {
        DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
        null => "",
        _ => endPoint.ToString() ?? "",
    };

    [LoggerMessage(110, LogLevel.Warning, "Redis {Server} holds the rate limits and may evict them (maxmemory-policy {Policy}): an evicted counter gives its client a fresh limit. Set noeviction, or name another Redis in Gateway:Redis:RateLimits")]
    private partial void LogEvicts(string server, string policy);
}
