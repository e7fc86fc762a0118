namespace Gateway.Policies.Redis;

/// <summary>What a server last said of itself (<c>INFO</c>).</summary>
/// <param name="Server">Its <c>host:port</c>.</param>
/// <param name="Version">For example <c>7.0.15</c>.</param>
/// <param name="Role"><c>master</c> or <c>slave</c>, as Redis says.</param>
/// <param name="ConnectedClients">Connections it has now, the gateway's own among them.</param>
/// <param name="UsedMemory">Bytes.</param>
/// <param name="MaxMemory">Bytes; 0: no limit.</param>
/// <param name="EvictionPolicy"><c>noeviction</c>, <c>allkeys-lru</c> …</param>
/// <param name="EvictedKeys">Since the server started.</param>
public sealed record RedisServerState(
    string Server, string Version, string Role, long ConnectedClients, long UsedMemory, long MaxMemory, string EvictionPolicy, long EvictedKeys)
{
    /// <summary>Reads the answer of <c>INFO</c>; a field the server does not send is empty or 0.</summary>
    internal static RedisServerState Parse(string server, string info)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in info.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.Split(':', 2) is [var name, var value])
            {
                fields[name] = value;
            }
        }

        return new RedisServerState(
            server, Text("redis_version"), Text("role"), Number("connected_clients"), Number("used_memory"), Number("maxmemory"), Text("maxmemory_policy"), Number("evicted_keys"));

        string Text(string name) => fields.GetValueOrDefault(name, "");
        long Number(string name) => long.TryParse(Text(name), out long number) ? number : 0;
    }
}
