using System.Diagnostics;

namespace Pipelines.Sockets.Unofficial.Tests.Support;

/// <summary>Waits on conditions that nothing announces.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(Func<bool> condition, string what, int seconds = 20)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed.TotalSeconds < seconds, $"Not so within {seconds} s: {what}");
            await Task.Delay(5);
        }
    }

    /// <summary>Tries until the action gets through without an exception of the given kind.</summary>
    public static async Task SucceedsAsync<TException>(Func<Task> action, int seconds = 20)
        where TException : Exception
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await action().InTime();
                return;
            }
            catch (TException) when (clock.Elapsed.TotalSeconds < seconds)
            {
                await Task.Delay(20);
            }
        }
    }
}
