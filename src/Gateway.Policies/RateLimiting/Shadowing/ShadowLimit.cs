namespace Gateway.Policies.RateLimiting.Shadowing;

/// <summary>A limit that is counted and never rejects: a whole policy (<c>Shadow</c>), or another number beside a live one (<c>ShadowLimit</c>).</summary>
/// <param name="Limit">The limit as it would be.</param>
/// <param name="IsBeside">True beside a live limit of the same policy, whose own count is not touched.</param>
internal sealed record ShadowLimit(RouteLimit Limit, bool IsBeside)
{
    // No policy's name holds "~", and the partition is a keyed hash: neither meets another's.
    private const string Suffix = "~shadow";
    private static readonly UInt128 Mark = new(0x5348_4144_4F57_5348, 0x4144_4F57_5348_4144);

    private readonly string _name = IsBeside ? Limit.Policy.Name + Suffix : Limit.Policy.Name;

    public static IEnumerable<ShadowLimit> Of(RouteLimit limit)
    {
        if (limit.Policy.Shadow)
        {
            yield return new ShadowLimit(limit, IsBeside: false);
        }
        else if (limit.Policy.ShadowLimit is { } permits)
        {
            yield return new ShadowLimit(limit, IsBeside: true) { Tried = limit.With(permits) };
        }
    }

    /// <summary>With <see cref="IsBeside"/>: the limit that is tried, whatever the plan.</summary>
    private RouteLimit? Tried { get; init; }

    /// <summary>What to ask the store; <paramref name="live"/> is what the limit itself would ask for the request.</summary>
    public PermitRequest Ask(in PermitRequest live) =>
        Tried is null ? live : live with { Policy = _name, Partition = live.Partition ^ Mark, Limit = Tried.Permits, Burst = live.Algorithm is RateLimitAlgorithm.TokenBucket ? Limit.Policy.Burst ?? Tried.Permits : 0 };
}
