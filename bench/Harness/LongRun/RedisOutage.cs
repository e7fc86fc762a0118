using Harness.Servers;

namespace Harness.LongRun;

/// <summary>A Redis with an append-only file, which is killed once and started again a while later.</summary>
internal sealed class RedisOutage : IAsyncDisposable
{
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(5);

    /// <summary>How long after its return a gateway may not know of it yet.</summary>
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(10);

    private readonly string[] _arguments;
    private bool _mayShow;

    private RedisOutage(Server server, string[] arguments) => (Server, _arguments) = (server, arguments);

    public Server Server { get; private set; }

    /// <summary>Redis is away or has just come back.</summary>
    public bool MayShow => Volatile.Read(ref _mayShow);

    public static async Task<RedisOutage> StartAsync()
    {
        string folder = Directory.CreateTempSubdirectory("gateway-bench-redis-").FullName;
        string[] arguments = ["--appendonly", "yes", "--dir", folder];
        return new RedisOutage(await Site.RedisAsync(Server.FreePort(), arguments), arguments);
    }

    /// <summary>Kills it and starts it anew.</summary>
    public async Task HappenAsync()
    {
        int port = Server.Port;
        Volatile.Write(ref _mayShow, true);
        await Server.DisposeAsync();
        await Task.Delay(Away);
        Server = await Site.RedisAsync(port, _arguments);
        await Task.Delay(Afterwards);
        Volatile.Write(ref _mayShow, false);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(_arguments[^1], recursive: true);
    }
}
