namespace Gateway.Warmup;

/// <summary>What became of one URL of a warm-up.</summary>
internal enum WarmupOutcome
{
    /// <summary>Fetched and stored.</summary>
    Stored,

    /// <summary>It was there already.</summary>
    Fresh,

    /// <summary>The response may not be stored.</summary>
    NotStored,

    /// <summary>No route takes it, its route has no cache, or demands a session.</summary>
    Skipped,

    /// <summary>The destination failed or took too long, or the URL is none.</summary>
    Failed,
}
