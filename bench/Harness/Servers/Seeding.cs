using System.Globalization;
using System.Text.Json;
using StackExchange.Redis;

namespace Harness.Servers;

/// <summary>What a row needs in Redis beforehand, and what it counts there.</summary>
internal static class Seeding
{
    /// <summary>Loads a script; the peers call it by its digest.</summary>
    public static async Task<string> LoadScriptAsync(int redis, string script)
    {
        await using ConnectionMultiplexer connection = await ConnectAsync(redis);
        return Convert.ToHexStringLower(await connection.GetServers()[0].ScriptLoadAsync(script));
    }

    /// <summary>Session records <c>session:bench-session-000001</c> and on.</summary>
    public static async Task SessionsAsync(int redis, int count)
    {
        await using ConnectionMultiplexer connection = await ConnectAsync(redis);
        var batch = new Task[count];
        for (int i = 1; i <= count; i++)
        {
            string record = JsonSerializer.Serialize(new { user_id = $"user-{i}", session_state = "active", plan = "free" });
            batch[i - 1] = connection.GetDatabase().StringSetAsync($"session:bench-session-{i:000000}", record, TimeSpan.FromHours(1));
        }

        await Task.WhenAll(batch);
    }

    /// <summary>As many partitions of other clients, of the size that a partition in sub-windows has.</summary>
    public static async Task PartitionsAsync(int redis, int count)
    {
        const int AtOnce = 10_000;
        byte[] state = new byte[32];
        await using ConnectionMultiplexer connection = await ConnectAsync(redis);
        for (int from = 0; from < count; from += AtOnce)
        {
            await Task.WhenAll(Enumerable.Range(from, Math.Min(AtOnce, count - from)).Select(i =>
                connection.GetDatabase().StringSetAsync($"gw:rl:1:others:{i:x32}", state, TimeSpan.FromHours(1))));
        }
    }

    /// <summary>How often a command was called so far, also by scripts; <c>evalsha</c> is only called by clients.</summary>
    public static async Task<long> CommandsAsync(int redis, string command)
    {
        string? figures = await InfoAsync(redis, "commandstats", "cmdstat_" + command);
        return figures is null ? 0 : long.Parse(figures.AsSpan(6, figures.IndexOf(',') - 6), CultureInfo.InvariantCulture);
    }

    /// <summary>Processor time that Redis' one thread for commands has taken so far, in microseconds.</summary>
    public static async Task<double> ProcessorMicrosecondsAsync(int redis) =>
        1e6 * (await SecondsAsync(redis, "used_cpu_user_main_thread") + await SecondsAsync(redis, "used_cpu_sys_main_thread"));

    private static async Task<double> SecondsAsync(int redis, string name) =>
        double.Parse(await InfoAsync(redis, "cpu", name) ?? "0", CultureInfo.InvariantCulture);

    private static async Task<string?> InfoAsync(int redis, string section, string name)
    {
        await using ConnectionMultiplexer connection = await ConnectAsync(redis);
        return (await connection.GetServers()[0].InfoAsync(section)).SelectMany(static lines => lines)
            .Where(line => line.Key == name).Select(static line => line.Value).FirstOrDefault();
    }

    private static async Task<ConnectionMultiplexer> ConnectAsync(int redis) =>
        await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redis},allowAdmin=true");
}
