using System.Globalization;
using Gateway.Testing;

namespace Harness.Servers;

/// <summary>Questions to one redis-server and nobody else, each answered in time or not at all.</summary>
internal static class RedisNode
{
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(10);

    /// <summary>One command, in a line.</summary>
    /// <exception cref="TimeoutException">No answer.</exception>
    /// <exception cref="InvalidOperationException">An error.</exception>
    public static async Task<string> AskAsync(int port, string command)
    {
        await using RedisLine line = await RedisLine.OpenAsync(port, password: null, tls: null).WaitAsync(AnswersWithin);
        return await line.AskAsync(command).WaitAsync(AnswersWithin);
    }

    public static async Task<RedisCounts> CountAsync(int port)
    {
        string[] lines = (await AskAsync(port, "INFO everything")).Split("\r\n");
        return new RedisCounts(
            Calls(lines, "evalsha"), Calls(lines, "pttl"), 1e6 * (Seconds(lines, "used_cpu_user_main_thread") + Seconds(lines, "used_cpu_sys_main_thread")));
    }

    private static double Calls(string[] lines, string command) =>
        Find(lines, $"cmdstat_{command}:calls=") is { } figures ? double.Parse(figures.AsSpan(0, figures.IndexOf(',')), CultureInfo.InvariantCulture) : 0;

    private static double Seconds(string[] lines, string name) =>
        Find(lines, name + ":") is { } seconds ? double.Parse(seconds, CultureInfo.InvariantCulture) : 0;

    private static string? Find(string[] lines, string head) =>
        lines.FirstOrDefault(line => line.StartsWith(head, StringComparison.Ordinal))?[head.Length..];
}
