using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Gateway.Testing;

/// <summary>Waits for a condition that other threads, processes or sockets bring about, and fails loudly when it does not come.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Returns once <paramref name="condition"/> holds.</summary>
    /// <param name="deadline">Default: 60 s, for a machine that has work for a dozen: a process just started needs 10 s for its first answer there.</param>
    /// <exception cref="TimeoutException">The condition did not come about; the message quotes it.</exception>
    public static Task TrueAsync(
        Func<bool> condition, TimeSpan? deadline = null, [CallerArgumentExpression(nameof(condition))] string expected = "") =>
        TrueAsync(() => Task.FromResult(condition()), deadline, expected);

    /// <inheritdoc cref="TrueAsync(Func{bool}, TimeSpan?, string)"/>
    public static async Task TrueAsync(
        Func<Task<bool>> condition, TimeSpan? deadline = null, [CallerArgumentExpression(nameof(condition))] string expected = "")
    {
        TimeSpan patience = deadline ?? Patience;
        long began = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(began) > patience)
            {
                throw new TimeoutException($"Not within {patience.TotalSeconds:0.#} s: {expected}");
            }

            await Task.Delay(10);
        }
    }
}
