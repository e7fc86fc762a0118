using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>What the cache needs to know of a request, read once.</summary>
internal sealed record CacheRequest
{
    public required VariantLookup Lookup { get; init; }

    public required CacheControl Control { get; init; }

    /// <summary>True: it carries credentials that an entry would be shared across.</summary>
    public required bool Credentials { get; init; }

    public required bool IsHead { get; init; }

    /// <summary>Misses of the same lately, this one included; counted only for MinUses.</summary>
    public int Misses { get; init; }

    public required bool HasRange { get; init; }

    /// <summary>True: the client asks whether what it has itself is still valid, If-None-Match and If-Modified-Since (RFC 9110 §13.1).</summary>
    public required bool HasValidator { get; init; }

    /// <summary>True: it has preconditions that only the destination evaluates, If-Match and If-Unmodified-Since (RFC 9110 §13.1).</summary>
    public required bool HasPrecondition { get; init; }
}
