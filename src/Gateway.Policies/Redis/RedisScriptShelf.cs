using StackExchange.Redis;

namespace Gateway.Policies.Redis;

/// <summary>The scripts a link is used for, so that they can be loaded before the first call.</summary>
internal sealed class RedisScriptShelf
{
    private readonly Lock _gate = new();
    private RedisScript[] _scripts = [];
    private RedisScript[]? _loaded;

    /// <summary>Every script was loaded, on every primary there was.</summary>
    public bool AllLoaded => ReferenceEquals(_loaded, _scripts);

    public void Add(RedisScript[] scripts)
    {
        lock (_gate)
        {
            _scripts = [.. _scripts.Union(scripts)];
        }
    }

    /// <summary>Loads every script on every connected primary.</summary>
    public async Task LoadAsync(ConnectionMultiplexer connection)
    {
        RedisScript[] scripts = _scripts;
        var loads = connection.GetServers()
            .Where(server => server is { IsConnected: true, IsReplica: false })
            .SelectMany(server => scripts.Select(script => server.ScriptLoadAsync(script.Text)));
        try
        {
            await Task.WhenAll(loads);
        }
        catch (RedisServerException refused) when (RedisFault.Of(refused) == RedisOutcome.Refused)
        {
            // A user without SCRIPT, or a proxy before Redis: the first call of each script carries its text instead.
        }

        _loaded = scripts;
    }
}
