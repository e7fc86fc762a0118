namespace Gateway.Configuration;

/// <summary>Policy names for routes that say nothing themselves; a route opts out with <c>"none"</c>.</summary>
public sealed record DefaultPolicies
{
    /// <summary>One name or several.</summary>
    public IReadOnlyList<string> RateLimit { get; init; } = [];

    public string? Cache { get; init; }

    public string? Session { get; init; }
}
