using Gateway.Testing;

namespace Gateway.Tests.Redis;

/// <summary>One way for Redis to fail, in any topology.</summary>
/// <param name="Name">For the test's name.</param>
/// <param name="Begin">On every server.</param>
/// <param name="End">On every server.</param>
public sealed record RedisFault(string Name, Func<RedisDeployment, Task> Begin, Func<RedisDeployment, Task> End)
{
    private static readonly TimeSpan Storm = TimeSpan.FromSeconds(1);

    /// <summary>It lasts until limits no longer ask Redis; sessions and cache may live on what they remember.</summary>
    public bool OpensCircuit { get; init; }

    /// <summary>What Redis holds is gone.</summary>
    public bool LosesData { get; init; }

    /// <summary>No request may notice anything.</summary>
    public bool IsInvisible { get; init; }

    public static IReadOnlyList<RedisFault> All { get; } =
    [
        new("restarted", on => on.OnAllAsync(server => server.RestartAsync()), Nothing) { LosesData = true },
        new("killed", on => on.OnAllAsync(server => server.KillAsync()), on => on.OnAllAsync(server => server.StartAgainAsync())) { LosesData = true, OpensCircuit = true },
        new("paused", on => Now(on, server => server.Pause()), on => Now(on, server => server.Resume())) { OpensCircuit = true },
        new("slow by 500 ms", on => Delay(on, 250), on => Delay(on, 0)) { OpensCircuit = true },
        new("slow by 4 ms", on => Delay(on, 2), on => Delay(on, 0)) { IsInvisible = true },
        new("full", on => on.SendToAllAsync("CONFIG SET maxmemory 1"), on => on.SendToAllAsync("CONFIG SET maxmemory 0")) { OpensCircuit = true },
        new("read-only", on => on.SendToAllAsync("CONFIG SET min-replicas-to-write 5"), on => on.SendToAllAsync("CONFIG SET min-replicas-to-write 0")) { OpensCircuit = true },
        new("flushed", on => on.SendToAllAsync("FLUSHALL"), Nothing) { LosesData = true },
        new("without its scripts", on => on.SendToAllAsync("SCRIPT FLUSH"), Nothing) { IsInvisible = true },
        new("behind another password", ChangePasswordAsync, on => on.SendToAllAsync("CONFIG SET requirepass \"\"", "changed")) { OpensCircuit = true },
        new("killing connections", KillConnectionsAsync, Nothing),
        new("half-open", on => Become(on, RelayMode.Hold), on => Become(on, RelayMode.Pass)) { OpensCircuit = true },
        new("swallowing bytes", on => Become(on, RelayMode.Drop), on => Become(on, RelayMode.Pass)) { OpensCircuit = true },
        new("partitioned", on => Become(on, RelayMode.Cut), on => Become(on, RelayMode.Pass)) { OpensCircuit = true },
    ];

    /// <summary>As after a failover that nobody told the gateway of. Not in a Cluster, where Redis refuses it.</summary>
    public static RedisFault TurnedIntoAReplica { get; } =
        new("turned into a replica", on => on.Servers[0].SendAsync("REPLICAOF 127.0.0.1 1"), on => on.Servers[0].SendAsync("REPLICAOF NO ONE")) { OpensCircuit = true };

    /// <summary>One node of a Cluster is silent: soon the others refuse everything, too.</summary>
    public static RedisFault MissingAShard { get; } = new("missing a shard", on => OnFirst(on, server => server.Pause()), on => OnFirst(on, server => server.Resume())) { OpensCircuit = true };

    public override string ToString() => Name;

    private static Task Nothing(RedisDeployment on) => Task.CompletedTask;

    private static Task Now(RedisDeployment on, Action<RedisServer> act) => on.OnAllAsync(server =>
    {
        act(server);
        return Task.CompletedTask;
    });

    private static Task OnFirst(RedisDeployment on, Action<RedisServer> act)
    {
        act(on.Servers[0]);
        return Task.CompletedTask;
    }

    private static Task Delay(RedisDeployment on, int milliseconds)
    {
        foreach (TcpRelay relay in on.Relays)
        {
            relay.Delay = TimeSpan.FromMilliseconds(milliseconds);
        }

        return Task.CompletedTask;
    }

    private static Task Become(RedisDeployment on, RelayMode mode)
    {
        foreach (TcpRelay relay in on.Relays)
        {
            relay.Become(mode);
        }

        return Task.CompletedTask;
    }

    /// <summary>Who is connected stays so; whoever comes anew is refused.</summary>
    private static Task ChangePasswordAsync(RedisDeployment on) => on.OnAllAsync(async server =>
    {
        await server.SendAsync("CONFIG SET requirepass changed");
        await server.SendAsync("CLIENT KILL TYPE normal", "changed");
    });

    private static async Task KillConnectionsAsync(RedisDeployment on)
    {
        using var end = new CancellationTokenSource(Storm);
        while (!end.IsCancellationRequested)
        {
            await on.SendToAllAsync("CLIENT KILL TYPE normal");
            await Task.Delay(25, CancellationToken.None);
        }
    }
}
