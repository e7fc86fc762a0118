namespace Gateway.Policies.Redis;

/// <summary>The <c>Gateway:Redis</c> section. Connection strings are in StackExchange.Redis format. Read at start; a change takes a restart.</summary>
public sealed record RedisOptions
{
    /// <summary>For every concern that names no instance of its own. Null: in-process stores.</summary>
    public string? Connection { get; init; }

    /// <summary>For rate limits. Null: <see cref="Connection"/>.</summary>
    public string? RateLimits { get; init; }

    /// <summary>For sessions. Null: <see cref="Connection"/>.</summary>
    public string? Sessions { get; init; }

    /// <summary>For cache entries. Null: <see cref="Connection"/>.</summary>
    public string? Cache { get; init; }

    /// <summary>For events between gateways. Null: <see cref="Connection"/>.</summary>
    public string? Events { get; init; }

    /// <summary>Precedes every key the gateway writes, but the sessions'. Default: <c>gw:</c>.</summary>
    public string KeyPrefix { get; init; } = "gw:";

    /// <summary>How long one request waits on Redis at most, all its calls together. Range: 1 ms to 10 s. Default: 50 ms.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>False when nothing names a Redis: everything is kept in process.</summary>
    public bool IsConfigured => (Connection ?? RateLimits ?? Sessions ?? Cache ?? Events) is not null;
}
