namespace Gateway.Configuration;

/// <summary>What the command line says about a run. Options not given are null or empty.</summary>
public sealed record RunOptions
{
    /// <summary><c>--config</c>, or the file named after <c>check</c>. Null: the environment's <c>GATEWAY_CONFIG</c>, then the default places.</summary>
    public string? ConfigFile { get; init; }

    /// <summary><c>--to</c>: forward everything there and read no routes file.</summary>
    public Uri? To { get; init; }

    /// <summary><c>--urls</c>: where the proxy listens, several joined by <c>;</c>.</summary>
    public string? Urls { get; init; }

    /// <summary><c>--admin-urls</c>: where the admin API listens, several joined by <c>;</c>.</summary>
    public string? AdminUrls { get; init; }

    /// <summary><c>--set Key:Path=value</c>, in the order given.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Set { get; init; } = [];

    /// <summary><c>--log</c>: how log lines are written.</summary>
    public LogFormat Log { get; init; } = LogFormat.Text;
}
