using Gateway.Policies.Configuration;
using Gateway.Policies.RateLimiting.Charging;
using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting;

/// <summary>A limit on how many requests of one partition pass in any window of time.</summary>
public sealed record RateLimitPolicy : Policy
{
    /// <summary>Up to this cost of a request a sliding window remembers every permit by its moment.</summary>
    private const int LargestExactCost = 16;

    /// <summary>Permits per window and partition, under <c>Concurrency</c> permits in use at once. Range: 1 to 1,000,000,000; under <c>Concurrency</c> to 100,000.</summary>
    public required long Limit { get; init; }

    /// <summary>
    /// The window's length. Range: 1 ms to 30 days. Under <c>Concurrency</c>: after how long the permits of a gateway that crashed are
    /// free again; range 5 s to 1 hour.
    /// </summary>
    public required TimeSpan Window { get; init; }

    /// <summary>How permits are counted. Default: <c>SlidingWindow</c>, no window wherever it begins sees more than the limit.</summary>
    public RateLimitAlgorithm Algorithm { get; init; } = RateLimitAlgorithm.SlidingWindow;

    /// <summary>
    /// Permits that a <c>TokenBucket</c> holds when nobody has asked for a while; it refills by <see cref="Limit"/> per window. Range: 1 to
    /// 1,000,000,000, <see cref="Limit"/> times it up to 9·10^15, refilled from empty within 365 days. Default: <see cref="Limit"/>.
    /// Elsewhere not allowed.
    /// </summary>
    public long? Burst { get; init; }

    /// <summary>Whose permits: one part, or several that together name one partition. Default: <c>ClientIp</c>.</summary>
    public IReadOnlyList<PartitionPart> PartitionBy { get; init; } = [PartitionPart.ClientIp];

    /// <summary>Bits of an IPv6 address that are one client's. Range: 1 to 128. Default: 64, what one subscriber has at the least.</summary>
    public int Ipv6Prefix { get; init; } = 64;

    /// <summary>Clients answered 403 on every route that uses this limit, before any limit. Default: none.</summary>
    public IReadOnlyList<AccessEntry> Deny { get; init; } = [];

    /// <summary>Clients that this limit neither counts nor rejects. Default: none.</summary>
    public IReadOnlyList<AccessEntry> Allow { get; init; } = [];

    /// <summary>Other limits by plan; they share their partition's count. Null: everybody has <see cref="Limit"/>.</summary>
    public PlanLimits? Plans { get; init; }

    /// <summary>Permits that one request takes. Range: 1 to <see cref="Limit"/>. A request that costs more is rejected at once, for ever. Default: 1.</summary>
    public RequestCost Cost { get; init; } = RequestCost.One;

    /// <summary>
    /// Statuses that count: permits of requests answered otherwise are handed back when the response begins; while Redis is away they
    /// stay taken. For log-ins, <c>[401, 403]</c>. Default: every request counts.
    /// </summary>
    public IReadOnlyList<StatusMatch> CountOnly { get; init; } = [];

    /// <summary>Statuses whose permits are handed back when the response begins; while Redis is away they stay taken. Default: none.</summary>
    public IReadOnlyList<StatusMatch> Refund { get; init; } = [];

    /// <summary>
    /// Counts beside the other limits without ever rejecting, and reports what it would have rejected. Costs a request no time; while
    /// Redis is away nothing is counted. Default: false.
    /// </summary>
    public bool Shadow { get; init; }

    /// <summary>
    /// Another limit, tried in the shadow of this one: reports what it would have rejected. Counts on its own. Range: as
    /// <see cref="Limit"/>. Null: none is tried.
    /// </summary>
    public long? ShadowLimit { get; init; }

    /// <summary>The status of a rejection: 429, or 503 for a limit that protects a destination rather than holds a client to a quota. Default: 429.</summary>
    public int Status { get; init; } = 429;

    /// <summary>What a rejected client is told, as <c>detail</c>. Null: nothing.</summary>
    public string? Detail { get; init; }

    /// <summary>False: responses say nothing of this limit, but for <c>Retry-After</c> and <c>violated-policies</c> when it rejects. Default: true.</summary>
    public bool Headers { get; init; } = true;

    /// <summary>What happens while Redis is away. Default: <c>local</c>, count in this process.</summary>
    public RateLimitOutage WhenRedisFails { get; init; } = RateLimitOutage.Local;

    /// <summary>
    /// <c>approximate</c>: with Redis, gateways admit first and tell Redis afterwards, a tenth of the limit too many at most, but one per
    /// gateway. While Redis is away, and without Redis, no different from <c>exact</c>. Default: <c>exact</c>.
    /// </summary>
    public RateLimitAccuracy Accuracy { get; init; } = RateLimitAccuracy.Exact;

    /// <summary>How <c>X-RateLimit-Reset</c> is written. Default: <c>unix</c>.</summary>
    public ResetFormat ResetFormat { get; init; } = ResetFormat.Unix;

    /// <summary>
    /// True: a request may cost so much that a sliding window counts in sub-windows, whatever the limit. Costs from a request header do
    /// not count here: nobody knows them before.
    /// </summary>
    internal bool IsCoarse => Math.Max(Cost.Default, Cost.ByMethod.Values.DefaultIfEmpty(1).Max()) > LargestExactCost;

    /// <summary>Asks for a request's permits of this limit, or of a plan's.</summary>
    internal PermitRequest Ask(UInt128 partition, long permits, int cost) =>
        new(Name, partition, permits, Window, cost, Algorithm, Algorithm is RateLimitAlgorithm.TokenBucket ? Burst ?? permits : 0)
        {
            Coarse = IsCoarse,
            MayBeRefunded = CanGiveBack,
            Approximate = Accuracy is RateLimitAccuracy.Approximate,
        };

    /// <summary>True when a partition's permits may come back before they leave the window.</summary>
    public bool CanGiveBack => CountOnly.Count > 0 || Refund.Count > 0;

    /// <summary>True when a response of this status gives its permits back.</summary>
    internal bool GivesBack(int status) => CountOnly.Count > 0 ? !Holds(CountOnly, status) : Holds(Refund, status);

    private static bool Holds(IReadOnlyList<StatusMatch> matches, int status)
    {
        for (int i = 0; i < matches.Count; i++)
        {
            if (matches[i].Holds(status))
            {
                return true;
            }
        }

        return false;
    }
}
