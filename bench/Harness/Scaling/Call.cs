using Harness.Measuring;
using Harness.Servers;

namespace Harness.Scaling;

/// <summary>Something that gateways ask of Redis, and the load that makes them ask.</summary>
/// <param name="Name">As the table calls it.</param>
/// <param name="Routes">What they are configured with.</param>
/// <param name="Load">What comes to them.</param>
/// <param name="Times">How often a request asks for it.</param>
/// <param name="Settings">More of the gateway's options.</param>
internal sealed record Call(string Name, Func<Site, string> Routes, Load Load, Func<RedisUse, double> Times, params string[] Settings)
{
    private const int Spread = 10_000;
    private const int Entries = 20_000;

    /// <summary>Seconds of load before anything counts; many, where the gateway's own processor time counts, which falls for as long as it compiles.</summary>
    public int WarmUp { get; init; }

    public static readonly Call Log =
        new("a request's permits, limit up to 5,000 (by moments)", Scaling.Routes.ExactLimit, new Load("/plain", Keys: Spread), static use => use.Questions) { WarmUp = 6 };

    public static readonly Call Two =
        new("the same for two such limits at once", Scaling.Routes.TwoLimits, new Load("/plain", Keys: Spread), static use => use.Questions);

    public static readonly Call SubWindows =
        new("a request's permits, larger limit (sub-windows)", Scaling.Routes.WideLimit, new Load("/plain", Keys: Spread), static use => use.Questions);

    public static readonly Call Held =
        new("a call for a hot partition, with permits in advance", Scaling.Routes.WideLimit, new Load("/plain", Keys: 1), static use => use.Calls);

    public static readonly Call Session =
        new("a session (`GET`, `PTTL`)", Scaling.Routes.UnrememberedSession, new Load("/plain", Sessions: 1_000), static use => use.Reads);

    public static readonly Call Cached =
        new("a cached response of 1 kB that memory has not, all its reads", Scaling.Routes.Cache, new Load("/cached/%d", Paths: Entries), static _ => 1, "--set", "Gateway:CacheMemory=1MB");
}
