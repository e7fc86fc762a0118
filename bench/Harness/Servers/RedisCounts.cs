namespace Harness.Servers;

/// <summary>What a redis-server has done since it was started.</summary>
/// <param name="Calls">Of scripts, by clients.</param>
/// <param name="Reads">Of sessions: each asks for the time to live, as hardly anything else does.</param>
/// <param name="Microseconds">Processor time of the one thread for commands.</param>
internal readonly record struct RedisCounts(double Calls, double Reads, double Microseconds)
{
    public static RedisCounts operator -(RedisCounts later, RedisCounts earlier) =>
        new(later.Calls - earlier.Calls, later.Reads - earlier.Reads, later.Microseconds - earlier.Microseconds);
}
