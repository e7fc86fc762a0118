using Harness.Measuring;

namespace Harness.Scaling;

/// <summary>What a call costs: of the rounds, the one that cost least, for what else the machine does only adds.</summary>
/// <param name="Redis">Of the primaries' threads for commands, in microseconds, each time.</param>
/// <param name="Calls">Script calls for each request.</param>
/// <param name="Gateway">Processor time of the gateway for each request, in microseconds.</param>
internal sealed record Price(double Redis, double Calls, double Gateway)
{
    public static Price Of(Call call, IReadOnlyList<RedisUse> rounds) => new(
        rounds.Min(use => use.Microseconds / call.Times(use)),
        Medians.Of(rounds.Select(static use => use.Calls)),
        rounds.Min(static use => use.GatewayMicroseconds));
}
