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

    /// <summary>
    /// For locks: independent Redis, an odd number of them, most of which must grant a lock; one that is away costs nothing then. None:
    /// locks in the Redis of <see cref="Events"/>.
    /// </summary>
    public IReadOnlyList<string> Locks { get; init; } = [];

    /// <summary>PEM file: who signs the certificates of Redis servers, for every connection with <c>ssl=true</c>. Null: whom the system trusts.</summary>
    public string? CaCertificate { get; init; }

    /// <summary>PEM file: the certificate that the gateway shows to Redis, read again at every connect. Null: none.</summary>
    public string? ClientCertificate { get; init; }

    /// <summary>PEM file: the key of <see cref="ClientCertificate"/>. Null: in the same file.</summary>
    public string? ClientKey { get; init; }

    /// <summary>Precedes every key the gateway writes, but the sessions'. Default: <c>gw:</c>.</summary>
    public string KeyPrefix { get; init; } = "gw:";

    /// <summary>How long one request waits on Redis at most, all its calls together; half as much more where this process stood still. Range: 1 ms to 10 s. Default: 50 ms.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>False when nothing names a Redis: everything is kept in process.</summary>
    public bool IsConfigured => (Connection ?? RateLimits ?? Sessions ?? Cache ?? Events) is not null;
}
