namespace Gateway.Configuration;

/// <summary>The admin listener. Read at start.</summary>
public sealed record AdminOptions
{
    /// <summary>Where it listens, several joined by <c>;</c>. Default: <c>http://127.0.0.1:8081</c>. The command line's <c>--admin-urls</c> wins.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:8081";

    /// <summary>Demanded as <c>Authorization: Bearer</c>; required when any address is not loopback. Null: no token.</summary>
    public string? Token { get; init; }

    /// <summary>Does not show the token.</summary>
    public override string ToString() => Urls;
}
