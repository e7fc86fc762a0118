namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>A policy's part in how long a response stays fresh. Times in milliseconds.</summary>
internal sealed record FreshnessRules
{
    public static FreshnessRules Rfc { get; } = new();

    /// <summary>Lifetime where the response states none.</summary>
    public long? Ttl { get; init; }

    /// <summary>In place of <see cref="Ttl"/> where it names the response's status.</summary>
    public StatusLifetimes ByStatus { get; init; } = new(new Dictionary<string, TimeSpan>());

    /// <summary>True: <see cref="Ttl"/> wins over what the response states.</summary>
    public bool Override { get; init; }

    /// <summary>True: <see cref="Ttl"/> wins over no-store, no-cache and private too.</summary>
    public bool Force { get; init; }

    public bool Heuristic { get; init; }

    public long? StaleWhileRevalidate { get; init; }

    public long? StaleIfError { get; init; }

    public static FreshnessRules Of(CachePolicy policy) => new()
    {
        Ttl = Milliseconds(policy.Ttl),
        ByStatus = new StatusLifetimes(policy.StatusTtl),
        Override = policy.Override,
        Force = policy.Force,
        Heuristic = policy.Heuristic,
        StaleWhileRevalidate = Milliseconds(policy.StaleWhileRevalidate),
        StaleIfError = Milliseconds(policy.StaleIfError),
    };

    private static long? Milliseconds(TimeSpan? time) => time is { } span ? (long)span.TotalMilliseconds : null;
}
