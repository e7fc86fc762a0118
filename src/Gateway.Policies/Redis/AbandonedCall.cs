namespace Gateway.Policies.Redis;

/// <summary>Calls nobody waits for any longer.</summary>
internal static class AbandonedCall
{
    /// <summary>Observes the fault a call may still end with, so that it never surfaces as an unobserved exception.</summary>
    public static void Forget(this Task call) =>
        _ = call.ContinueWith(
            static ended => _ = ended.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
}
