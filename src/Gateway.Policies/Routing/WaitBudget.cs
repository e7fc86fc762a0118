namespace Gateway.Policies.Routing;

/// <summary>
/// How long one request has waited on Redis, all its calls together. The Redis room spends it and cuts each call off at what is
/// left of <c>Gateway:Redis:Deadline</c>. Used by one call after another, or by several at once: time is added where calls do not overlap
/// only approximately, which errs on the side of waiting less.
/// </summary>
public sealed class WaitBudget
{
    private long _spentTicks;

    /// <summary>Time waited so far.</summary>
    public TimeSpan Spent => TimeSpan.FromTicks(Interlocked.Read(ref _spentTicks));

    /// <summary>Adds the time of one finished or abandoned call.</summary>
    public void Add(TimeSpan waited) => Interlocked.Add(ref _spentTicks, waited.Ticks);
}
