using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>What a fetch knows once the header section has come.</summary>
internal sealed record FetchHead
{
    /// <summary>The destination's status.</summary>
    public required int Status { get; init; }

    /// <summary>The destination's own reason phrase; null: it sent the usual one.</summary>
    public string? Reason { get; init; }

    /// <summary>The destination's fields, as they came.</summary>
    public required IHeaderDictionary Fields { get; init; }

    /// <summary>The destination's trailers; there once the body is complete.</summary>
    public required IHeaderDictionary Trailers { get; init; }

    public required StoreVerdict Verdict { get; init; }

    /// <summary>
    /// The response as it will be stored; its body is still to come unless <see cref="FromStore"/>. Null: it may not be stored, and only
    /// the request that began the fetch may have it.
    /// </summary>
    public CacheEntry? Entry { get; init; }

    /// <summary>True: <see cref="Entry"/> is whole already, since the destination validated it or failed.</summary>
    public bool FromStore { get; init; }

    /// <summary>True: another fetch, at this gateway or another, brought <see cref="Entry"/> before this one went out.</summary>
    public bool IsBrought { get; init; }

    /// <summary>True: validated for the request that began the fetch, and from now on for no other.</summary>
    public bool IsForOne => this is { FromStore: true, IsBrought: false, StandIn: null, Verdict.Store: false };

    /// <summary>True: another request could use it, so it is worth waiting for.</summary>
    public bool IsShareable => !IsForOne && Entry is { } entry && (StandIn is not null || entry.Times is { AlwaysValidate: false, Lifetime: > 0 });

    /// <summary>What stands in for the destination's answer where it failed: one of <see cref="CacheReason"/>. Null: nothing does.</summary>
    public string? StandIn { get; init; }

    /// <summary>For an entry that another fetch brought.</summary>
    public static FetchHead Brought(CacheEntry entry, IHeaderDictionary trailers, StoreVerdict verdict) => new()
    {
        Status = entry.Status,
        Fields = new HeaderDictionary(),
        Trailers = trailers,
        Entry = entry,
        FromStore = true,
        IsBrought = true,
        Verdict = verdict,
    };

    /// <summary>With a reason phrase of the destination's own. That of a part is not stored: the whole it becomes has another status.</summary>
    public FetchHead Saying(string? reason) => reason is null ? this : this with
    {
        Reason = reason,
        Entry = Entry is { Status: not StatusCodes.Status206PartialContent } entry ? entry with { Reason = reason } : Entry,
    };
}
