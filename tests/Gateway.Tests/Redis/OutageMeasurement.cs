using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.Redis;

/// <summary>The figures of docs/failure-modes.md: Redis killed for 10 s under load, everything at its default but sessions <c>stale</c>. Run it alone.</summary>
public sealed class OutageMeasurement(ITestOutputHelper output)
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Switch = TimeSpan.FromSeconds(1);
    private static readonly string[] Concerns = ["RateLimits", "Sessions", "Cache"];

    [Theory(Explicit = true)]
    [InlineData("standalone")]
    [InlineData("sentinel")]
    [InlineData("cluster")]
    public async Task Redis_KilledForTenSeconds(string topology)
    {
        await using RedisDeployment redis = topology switch
        {
            "sentinel" => await RedisSentinel.StartAsync(),
            "cluster" => await RedisCluster.StartAsync(),
            _ => await RedisStandalone.StartAsync(),
        };
        await using FaultedGateway gateway = await FaultedGateway.StartAsync(redis, deadline: "50ms");
        string token = await gateway.SignInAsync();
        await DuringAsync(gateway, token, Before);
        IReadOnlyList<Told> calm = await DuringAsync(gateway, token, Before);
        IReadOnlyList<Told> atSwitch = await DuringAsync(gateway, token, Switch, () => redis.OnAllAsync(server => server.KillAsync()));
        Assert.True(await gateway.AreAsync(available: false, Concerns));
        IReadOnlyList<Told> away = await DuringAsync(gateway, token, Outage - Switch);
        IReadOnlyList<Told> back = await DuringAsync(gateway, token, Before, () => redis.OnAllAsync(server => server.StartAgainAsync()));

        Tell("before", calm);
        Tell("the second of the kill", atSwitch);
        Tell("the nine after it", away);
        Tell("Redis coming back", back);
        Told[] failed = [.. calm.Concat(atSwitch).Concat(away).Concat(back).Where(one => (int)one.Status >= 500)];
        output.WriteLine($"{topology}: {failed.Length} responses of 500 or more");
        Assert.Empty(failed);
    }

    private static async Task<IReadOnlyList<Told>> DuringAsync(FaultedGateway gateway, string token, TimeSpan time, Func<Task>? act = null)
    {
        await using var load = new Load(gateway, token, callersOfEach: 4);
        Task passing = Task.Delay(time);
        await (act?.Invoke() ?? Task.CompletedTask);
        await passing;
        return [.. (await load.StopAsync()).Where(one => one.Route != "strict")];
    }

    private void Tell(string when, IReadOnlyList<Told> told)
    {
        double[] took = [.. told.Select(one => one.Took.TotalMilliseconds).Order()];
        output.WriteLine(
            $"{when}: {told.Count} requests, median {took[took.Length / 2]:0.0} ms, 99 % {took[took.Length * 99 / 100]:0.0} ms, longest {took[^1]:0.0} ms, "
            + string.Join(", ", told.GroupBy(one => one.Status).Select(status => $"{status.Count()} × {(int)status.Key}")));
    }
}
