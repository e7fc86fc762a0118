namespace Gateway.Configuration;

/// <summary>
/// URLs that are fetched into the cache at start and on a schedule, by one gateway of those that share a Redis. Redis away: every
/// gateway fetches for itself.
/// </summary>
public sealed record WarmupOptions
{
    /// <summary>Absolute URLs as clients ask for them: scheme and host are part of the cache key. Default: none.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>A file with a URL a line, <c>#</c> begins a comment; read anew for every round. Null: none.</summary>
    public string? File { get; init; }

    /// <summary>Time between two rounds. Range: 1 s to 30 d. Null: once, at start.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>URLs fetched at the same time. Range: 1 to 64. Default: 4.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>Header fields of the requests, for example <c>Accept-Encoding</c>, so that the variants clients ask for are there. Default: none.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>True: there is something to fetch.</summary>
    internal bool IsConfigured => Urls.Count > 0 || File is not null;
}
