namespace Pipelines.Sockets.Unofficial.Tests.Support;

/// <summary>Gives every wait of a test an end of its own.</summary>
internal static class Deadline
{
    private static readonly TimeSpan s_usual = TimeSpan.FromSeconds(20);

    public static Task InTime(this Task task) => task.WaitAsync(s_usual);

    public static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(s_usual);

    public static Task<T> InTime<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(s_usual);

    /// <summary>Whether the task is over within a moment: for what is expected to be held back.</summary>
    public static async Task<bool> IsOverSoonAsync(this Task task)
        => await Task.WhenAny(task, Task.Delay(200)) == task;
}
