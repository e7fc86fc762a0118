using Gateway.Policies.Configuration;

namespace Gateway.Policies.Sessions;

/// <summary>Demands a valid session, looked up in Redis by the token that the request carries.</summary>
public sealed record SessionPolicy : Policy
{
    /// <summary>Where the token is looked for; the first present wins. Default: <c>Bearer</c>.</summary>
    public IReadOnlyList<TokenSource> Token { get; init; } = [TokenSource.Bearer];

    /// <summary>Longest token in characters; a longer one is malformed and never looked up. Range: 16 to 8192. Default: 512.</summary>
    public int MaxTokenLength { get; init; } = 512;

    /// <summary>The record's Redis key; <c>{token}</c> stands for the token. Not prefixed. Default: <c>session:{token}</c>.</summary>
    public string Key { get; init; } = "session:{token}";

    /// <summary>What of the token stands in the key. Default: <c>none</c>, the token itself.</summary>
    public TokenHash HashToken { get; init; } = TokenHash.None;

    /// <summary>What <c>{tenant}</c> in the key stands for. Null: the key has none.</summary>
    public TenantSource? Tenant { get; init; }

    /// <summary>How a record is stored in Redis. Default: <c>json</c>.</summary>
    public SessionFormat Format { get; init; } = SessionFormat.Json;

    /// <summary>
    /// True: a request without a token passes, as nobody; so does one whose cookie is no valid session, since browsers send cookies by
    /// themselves. A token that the client chose to send and that is not valid is still refused. Default: false.
    /// </summary>
    public bool Optional { get; init; }

    /// <summary>Fields that a valid session must have with one of these values, else 403. Default: none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Require { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>
    /// True: a request that may change something (not GET, HEAD, OPTIONS or TRACE) and whose token is a cookie must prove with
    /// <c>X-CSRF-Token</c> that a page of the site made it, else 403. Default: false.
    /// </summary>
    public bool Csrf { get; init; }

    /// <summary>
    /// True: a stream (WebSocket, server-sent events, gRPC) is cut off when its session is revoked or ends; at once when a gateway revoked
    /// it, else within 5 s and <see cref="Remember"/>. While Redis is away streams go on. Default: false.
    /// </summary>
    public bool EndStreams { get; init; }

    /// <summary>True: the destination receives the token as the client sent it. Default: false, it is taken out.</summary>
    public bool PassToken { get; init; }

    /// <summary>
    /// Idle time to live, extended on use at most once per tenth of it and never beyond the record's expiry. A longer time to live
    /// that the record's writer set is not shortened. Range: 1 s to 365 days. Null: a session is not extended.
    /// </summary>
    public TimeSpan? Sliding { get; init; }

    /// <summary>Longest life since the record's <c>created_at</c>, whatever its expiry says; a record without one has no life then. Range: 1 s to 3650 days. Null: only the expiry counts.</summary>
    public TimeSpan? MaxLifetime { get; init; }

    /// <summary>How much later than its time a record's expiry is believed, for clocks that run apart. Range: 0 to 10 min. Default: 0.</summary>
    public TimeSpan ClockSkew { get; init; }

    /// <summary>
    /// How long a session that was read from Redis answers requests from memory; one that was not found, a second at most. A revocation
    /// through a gateway reaches all of them at once; a record that an application itself changes or deletes in Redis counts this long
    /// at most. While revocations cannot be heard nothing is remembered. Range: 0 (never) to 1 min. Default: 5 s.
    /// </summary>
    public TimeSpan Remember { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Header fields for the destination, each with the record's field it takes; stripped from what clients send.</summary>
    public IReadOnlyDictionary<string, string> Forward { get; init; } = new Dictionary<string, string>();

    /// <summary>Signs the forwarded fields. Null: they are not signed.</summary>
    public SessionSignature? Sign { get; init; }

    /// <summary>Names of the record's fields where they differ from the defaults.</summary>
    public SessionFields Fields { get; init; } = new();

    /// <summary>States that are valid, compared without case; a record without the field is valid. Default: <c>NONE</c>, <c>active</c>.</summary>
    public IReadOnlyList<string> ValidStates { get; init; } = ["NONE", "active"];

    /// <summary>What happens while Redis is away. Default: <c>closed</c>, 503 with <c>Retry-After</c>.</summary>
    public SessionOutage WhenRedisFails { get; init; } = SessionOutage.Closed;

    /// <summary>
    /// With <c>stale</c>: how long after it was last seen valid in Redis a session stays good while Redis is away. This is also the
    /// longest a revoked session can live then. Range: 1 s to 24 h. Default: 5 min.
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(5);
}
