using Gateway.Policies.ResponseCaching.Fleet;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>What every fetch uses.</summary>
internal sealed class FetchServices(TimeProvider time, TieredCache cache, MemoryBudget recording, Func<HttpContext, bool> isDisconnected)
{
    public TimeProvider Time { get; } = time;

    public TieredCache Cache { get; } = cache;

    public MemoryBudget Recording { get; } = recording;

    /// <summary>One fetch per key over all gateways. Null: this gateway shares nothing with others.</summary>
    public FetchTurns? Turns { get; init; }

    /// <summary>True when the response is the gateway's own, since the destination gave none.</summary>
    public Func<HttpContext, bool> IsDisconnected { get; } = isDisconnected;

    /// <summary>True when the destination gave no answer, or broke it off.</summary>
    public required Func<HttpContext, bool> IsBroken { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();
}
