using Gateway.Policies.Configuration;

namespace Gateway.Policies.ResponseCaching;

/// <summary>
/// Stores responses and serves them again as RFC 9111 allows. With no key set, the upstream's own header fields decide. While Redis is
/// away, entries are served from memory and everything else is forwarded: the cache never makes a request fail.
/// </summary>
public sealed record CachePolicy : Policy
{
    /// <summary>Lifetime where the response states none. Null: RFC 9111 alone.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>
    /// Lifetimes by status, <c>"404": "10s"</c> or <c>"5xx": "1s"</c>, in place of <see cref="Ttl"/>; the status itself wins over its class.
    /// <c>0s</c>: such responses are not stored, whatever they say. Range: 0 s to 366 d. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, TimeSpan> StatusTtl { get; init; } = new Dictionary<string, TimeSpan>();

    /// <summary>Lets <see cref="Ttl"/> win over the lifetime the response states; never over <c>no-store</c> and <c>private</c>. Default: false.</summary>
    public bool Override { get; init; }

    /// <summary>Lets <see cref="Ttl"/> win over <c>no-store</c>, <c>no-cache</c> and <c>private</c> as well. Default: false.</summary>
    public bool Force { get; init; }

    /// <summary>How long a stale entry may be served while it is fetched anew (RFC 5861), where the response says nothing.</summary>
    public TimeSpan? StaleWhileRevalidate { get; init; }

    /// <summary>How long a stale entry may be served when the destination fails (RFC 5861), where the response says nothing.</summary>
    public TimeSpan? StaleIfError { get; init; }

    /// <summary>Heuristic freshness, a tenth of the age at Last-Modified (RFC 9111 §4.2.2). Default: false.</summary>
    public bool Heuristic { get; init; }

    /// <summary>Query parameters that are part of the cache key; all others are left out. Null: the whole raw query.</summary>
    public IReadOnlyList<string>? VaryByQuery { get; init; }

    /// <summary>Query parameters that are no part of the cache key; <c>utm_*</c> names all that begin so. Names as they stand in the URL. Default: none.</summary>
    public IReadOnlyList<string> IgnoreQuery { get; init; } = [];

    /// <summary>Query parameters in another order make the same cache key. Default: false.</summary>
    public bool SortQuery { get; init; }

    /// <summary>Request header fields that are part of the cache key, whether or not the response names them in Vary. Default: none.</summary>
    public IReadOnlyList<string> VaryByHeader { get; init; } = [];

    /// <summary>Cookies whose values are part of the cache key. Default: none.</summary>
    public IReadOnlyList<string> VaryByCookie { get; init; } = [];

    /// <summary>Fields of the session record that are part of the cache key, for example <c>plan</c>. Default: none.</summary>
    public IReadOnlyList<string> VaryBySessionField { get; init; } = [];

    /// <summary>Methods the cache takes part in: GET, HEAD. Default: both.</summary>
    public IReadOnlyList<string> Methods { get; init; } = ["GET", "HEAD"];

    /// <summary>Requests that go straight to the destination, neither served from the store nor stored. Default: none.</summary>
    public IReadOnlyList<BypassCondition> Bypass { get; init; } = [];

    /// <summary>What becomes of a client's <c>no-cache</c>, <c>Pragma: no-cache</c>, <c>max-age</c> and <c>min-fresh</c>. Default: honour.</summary>
    public ClientNoCache ClientNoCache { get; init; } = ClientNoCache.Honour;

    /// <summary>A response is stored once this many requests have missed it within ten minutes. Range: 1 to 100. Default: 1.</summary>
    public int MinUses { get; init; } = 1;

    /// <summary>Purge groups of every entry of this policy; <c>{route}</c>, <c>{host}</c>, <c>{path:1}</c> (a segment) and <c>{path:id}</c> (a parameter of the route's pattern) are filled in.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>An entry per user: the session's user, or without one the session itself. Default: false.</summary>
    public bool PerUser { get; init; }

    /// <summary>One entry for all valid sessions, though requests carry credentials. Default: false.</summary>
    public bool Shared { get; init; }

    /// <summary>How long to wait for another request's fetch of the same entry before fetching anyway. Range: 0 s to 10 m. Default: 5 s.</summary>
    public TimeSpan FetchWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Largest body that is stored; a larger one streams on unrecorded. Range: 1 byte to 512 MB. Default: 8 MB.</summary>
    public ByteSize MaxObject { get; init; } = ByteSize.Megabytes(8);

    /// <summary>
    /// Bodies from this size on are compressed in Redis, never in memory and never towards clients; not those that have a Content-Encoding
    /// or get hardly smaller. 0: none. Default: 2 KB.
    /// </summary>
    public ByteSize Compress { get; init; } = ByteSize.Kilobytes(2);
}
