namespace Gateway.Policies.ResponseCaching.Purging;

/// <summary>What to purge.</summary>
/// <param name="Kind">What <paramref name="Value"/> names.</param>
/// <param name="Value">An absolute URL; a tag; the beginning of an absolute URL, or with <c>/</c> in front of a path; a route id. Empty for everything.</param>
/// <param name="Soft">True: entries become stale instead of void, so that they can still be validated or stand in for errors.</param>
public sealed record PurgeTarget(PurgeKind Kind, string Value, bool Soft = false)
{
    public static PurgeTarget All { get; } = new(PurgeKind.All, "");

    /// <summary><c>tag:catalog</c>; <c>all</c>.</summary>
    public override string ToString() => Kind is PurgeKind.All ? "all" : $"{Kind.ToString().ToLowerInvariant()}:{Value}";
}
