namespace Gateway.Policies.Threading;

/// <summary>
/// Keeps the threads that hear of sockets free. They carry a response on themselves, without handing it over (SocketCompletions); while one
/// of them works, none of its sockets is heard. What takes long, or may block, enters the pool first.
/// </summary>
internal static class PoolThread
{
    /// <summary>Goes on on a thread of the pool: at once on one that is such a thread.</summary>
    public static ValueTask EnterAsync() => Thread.CurrentThread.IsThreadPoolThread ? default : HandOverAsync();

    private static async ValueTask HandOverAsync() => await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
}
