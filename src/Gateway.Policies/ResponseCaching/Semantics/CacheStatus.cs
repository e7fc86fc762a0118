using System.Globalization;
using System.Text;

namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>What this cache did, as a member of Cache-Status (RFC 9211 §2).</summary>
internal readonly record struct CacheStatus
{
    private const string Cache = "gateway";

    /// <summary>Answered from the store (§2.1). Excludes <see cref="Forward"/>.</summary>
    public bool Hit { get; init; }

    /// <summary>Why the request went forward (§2.2): uri-miss, vary-miss, stale, request, bypass, method, miss.</summary>
    public string? Forward { get; init; }

    /// <summary>The destination's status where it is not the response's (§2.3).</summary>
    public int? ForwardStatus { get; init; }

    /// <summary>Seconds of freshness left, negative once stale (§2.4).</summary>
    public long? Ttl { get; init; }

    /// <summary>§2.5.</summary>
    public bool Stored { get; init; }

    /// <summary>§2.6: joined another request's fetch.</summary>
    public bool Collapsed { get; init; }

    /// <summary>§2.8: one of <see cref="CacheReason"/>.</summary>
    public string? Detail { get; init; }

    /// <summary>The commonest of all: a hit.</summary>
    public static string HitFor(long ttl) => string.Create(CultureInfo.InvariantCulture, $"{Cache}; hit; ttl={ttl}");

    public override string ToString()
    {
        var text = new StringBuilder(Cache, 64);
        text.Append(Hit ? "; hit" : "");
        Append(text, "fwd", Forward);
        Append(text, "fwd-status", ForwardStatus?.ToString(CultureInfo.InvariantCulture));
        Append(text, "ttl", Ttl?.ToString(CultureInfo.InvariantCulture));
        text.Append(Stored ? "; stored" : "");
        text.Append(Collapsed ? "; collapsed" : "");
        Append(text, "detail", Detail);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, string? value)
    {
        if (value is not null)
        {
            text.Append("; ").Append(name).Append('=').Append(value);
        }
    }
}
