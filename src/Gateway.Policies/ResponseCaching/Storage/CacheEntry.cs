using Gateway.Policies.ResponseCaching.Semantics;
using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.ResponseCaching.Storage;

/// <summary>One stored response. Immutable but for <see cref="Pause"/>.</summary>
internal sealed record CacheEntry
{
    private const int ObjectOverhead = 512;

    /// <summary>The first level of its key: the URI.</summary>
    public required string Uri { get; init; }

    /// <summary>The second level of its key; see <see cref="VaryKey"/>.</summary>
    public required string Variant { get; init; }

    /// <summary>The request fields that selected it.</summary>
    public required string[] VaryNames { get; init; }

    public required string Route { get; init; }

    /// <summary>Purge groups.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    public required int Status { get; init; }

    /// <summary>The reason phrase, where it is the destination's own; null: the usual one.</summary>
    public string? Reason { get; init; }

    /// <summary>As they were received, without those that are never stored.</summary>
    public required KeyValuePair<string, StringValues>[] Fields { get; init; }

    public required StoredBody Body { get; init; }

    public required EntryTimes Times { get; init; }

    /// <summary>The purges known when the fetch began; a later purge of anything it belongs to makes the entry void.</summary>
    public required long Stamp { get; init; }

    /// <summary>True: requests with credentials may have it (RFC 9111 §3.5).</summary>
    public required bool Shareable { get; init; }

    public required string? ETag { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long? LastModified { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long Date { get; init; }

    /// <summary>Bytes from which on the body is compressed in the shared store; 0: never. Not stored.</summary>
    public long CompressFrom { get; init; }

    /// <summary>The pause after a failed refresh; a successful one brings a new entry, with a new pause.</summary>
    public RefreshPause Pause { get; init; } = new();

    /// <summary>
    /// Which of two that both fit a request answers it (RFC 9111 §4.1): one that says what it varies by before a default that does not,
    /// then the more recent.
    /// </summary>
    public bool IsPreferredTo(CacheEntry other) =>
        VaryNames.Length > 0 == other.VaryNames.Length > 0 ? Date > other.Date : VaryNames.Length > 0;

    public bool HasValidator => ETag is not null || LastModified is not null;

    /// <summary>Unix milliseconds after which it is of no use to anyone.</summary>
    public long UselessAt => Times.ResponseTime - Times.InitialAge + Times.Lifetime + Times.UsefulAfterLifetime(HasValidator);

    /// <summary>Bytes accounted for it in memory.</summary>
    public long Size
    {
        get
        {
            long size = ObjectOverhead + Body.Length + (2 * (Uri.Length + Variant.Length)) + (24 * Body.Pieces.Count);
            foreach ((string name, StringValues lines) in Fields)
            {
                size += 64 + (2 * name.Length);
                foreach (string? line in lines)
                {
                    size += 24 + (2 * line?.Length ?? 0);
                }
            }

            foreach (string tag in Tags)
            {
                size += 32 + (2 * tag.Length);
            }

            return size;
        }
    }
}
