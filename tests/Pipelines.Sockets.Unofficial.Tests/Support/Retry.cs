using System.Diagnostics;

namespace Pipelines.Sockets.Unofficial.Tests.Support;

/// <summary>Repeats what fails for a while and then must not.</summary>
internal static class Retry
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    public static async Task UntilItSucceedsAsync<TException>(Func<Task> action)
        where TException : Exception
    {
        long began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await action().InTime();
                return;
            }
            catch (TException) when (Stopwatch.GetElapsedTime(began) < s_patience)
            {
                await Task.Delay(20);
            }
        }
    }
}
