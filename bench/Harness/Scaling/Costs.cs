namespace Harness.Scaling;

/// <summary>Processor time of a primary's one thread for commands, in microseconds.</summary>
/// <param name="Log">A question for one request's permits, where a limit remembers them by their moments (up to 5,000).</param>
/// <param name="SubWindows">The same for a larger limit, counted in sub-windows.</param>
/// <param name="Held">A call that asks so for a hot partition, whose sub-windows are all in use, and takes permits in advance.</param>
/// <param name="Session">A read of a session.</param>
/// <param name="Cached">What one hit from Redis asks for, all its reads together.</param>
internal sealed record Costs(double Log, double SubWindows, double Held, double Session, double Cached)
{
    private const double LargestLog = 5_000;

    /// <summary>A question for one request's permits of such a limit.</summary>
    public double Of(double limit) => limit > LargestLog ? SubWindows : Log;
}
