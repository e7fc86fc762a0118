using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gateway.Policies.Redis;
using Gateway.Policies.Routing;

namespace Gateway.Policies.Sessions;

/// <summary>
/// Creates, shows, extends and revokes sessions. Every method throws <see cref="StoreUnavailableException"/> while Redis is away. A
/// token that cannot be one is a session that does not exist. <c>tenant</c> is empty exactly where the policy's key has none.
/// </summary>
public sealed class SessionAdmin
{
    /// <summary>Longest life of a session that is created here: 10 years.</summary>
    public static readonly TimeSpan MaxTimeToLive = TimeSpan.FromDays(3650);

    /// <summary>Attempts to write a record that another application keeps changing meanwhile.</summary>
    private const int Attempts = 3;
    private readonly ISessionStore _store;
    private readonly ISessionEvents _events;
    private readonly TimeProvider _time;

    internal SessionAdmin(ISessionStore store, ISessionEvents events, TimeProvider time)
    {
        _store = store;
        _events = events;
        _time = time;
        OfUsers = new SessionsOfUsers(store, events, time);
    }

    /// <summary>All sessions of one user.</summary>
    public SessionsOfUsers OfUsers { get; }

    /// <summary>
    /// Creates a session. <paramref name="fields"/> become its record; <c>user_id</c>, <c>session_state</c>, <c>plan</c> and <c>id</c> are
    /// stored under the policy's own names for them. <c>created_at</c> and <c>expires_at</c> are set here, and an <c>id</c> where there is none.
    /// </summary>
    /// <param name="policy">Whose session it becomes.</param>
    /// <param name="fields">Left as they are.</param>
    /// <param name="timeToLive">Until it ends at the latest, 1 s to <see cref="MaxTimeToLive"/>; sooner by <c>MaxLifetime</c>, or idle with <c>Sliding</c>.</param>
    /// <param name="tenant">Whose.</param>
    /// <exception cref="ArgumentException">The time to live is out of range, the record larger than 256 KB, or a field is no Unicode or there twice.</exception>
    public async ValueTask<CreatedSession> CreateAsync(SessionPolicy policy, JsonObject fields, TimeSpan timeToLive, string tenant = "")
    {
        TimeSpan life = LifeOf(policy, timeToLive);
        DateTimeOffset now = _time.GetUtcNow();
        byte[] bytes = NewRecord.Of(fields, policy.Fields, now, now + life);
        string token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        (NewSession session, SessionRecord record) = Compose(policy, KeyOf(policy, token, tenant), tenant, bytes, life);
        await _store.CreateAsync(session, Patience());
        await OfUsers.TidyAsync(session.Owner);
        return new CreatedSession(token, record.ExpiresAt!.Value);
    }

    /// <summary>Shows a session; null when there is none. Does not extend it.</summary>
    public async ValueTask<SessionDetails?> GetAsync(SessionPolicy policy, string token, string tenant = "")
    {
        if (!TokenAlphabet.Accepts(token, policy.MaxTokenLength))
        {
            return null;
        }

        SessionRead read = await _store.ReadAsync(KeyOf(policy, token, tenant), Patience(), policy.Format);
        return read.Kind is SessionReadKind.Missing ? null : SessionDetails.Of(policy, token, read, _time.GetUtcNow());
    }

    /// <summary>Gives a session a new end, <paramref name="timeToLive"/> from now; null when there is none whose record can be read.</summary>
    /// <exception cref="ArgumentException">The time to live is out of range.</exception>
    public async ValueTask<SessionDetails?> ExtendAsync(SessionPolicy policy, string token, TimeSpan timeToLive, string tenant = "")
    {
        TimeSpan life = LifeOf(policy, timeToLive);
        string key = KeyOf(policy, token, tenant);
        for (int attempt = 0; attempt < Attempts && TokenAlphabet.Accepts(token, policy.MaxTokenLength); attempt++)
        {
            SessionRead read = await _store.ReadAsync(key, Patience(), policy.Format);
            if (read.Kind is not SessionReadKind.Found || NewRecord.WithEnd(read.Record.Span, policy.Fields, _time.GetUtcNow() + life) is not { } bytes)
            {
                return null;
            }

            (NewSession session, _) = Compose(policy, key, tenant, bytes, life);
            if (await _store.RewriteAsync(session, read.Record, Patience()))
            {
                await _events.TellAsync([key]);
                return SessionDetails.Of(policy, token, new SessionRead(SessionReadKind.Found, bytes, session.TimeToLive), _time.GetUtcNow());
            }
        }

        return null;
    }

    /// <summary>Ends a session; false when there is none.</summary>
    public async ValueTask<bool> RevokeAsync(SessionPolicy policy, string token, string tenant = "")
    {
        if (!TokenAlphabet.Accepts(token, policy.MaxTokenLength))
        {
            return false;
        }

        string key = KeyOf(policy, token, tenant);
        // Read before it is deleted, without waiting for the answer: whose it was matters only once it has ended.
        Task<SessionRead> reading = _store.ReadAsync(key, Patience(), policy.Format).AsTask();
        reading.Forget();
        bool existed = await _store.DeleteAsync(key, Patience());
        await _events.TellAsync([key]);
        if (await UserOfAsync(reading, policy) is { } user)
        {
            await _store.UnlistAsync(SessionsOfUsers.OwnerOf(policy, tenant, user), [key], Patience());
        }

        return existed;
    }

    /// <summary>How many sessions of a policy there are, whoever created them, and whether all could be counted in time. Walks through all of Redis's keys.</summary>
    public async ValueTask<SessionCount> CountAsync(SessionPolicy policy, string tenant = "") =>
        await _store.CountAsync(new SessionKeyPattern(policy, tenant), new WaitBudget { Limit = SessionCount.Patience });

    /// <summary>True for what can name a header or a cookie.</summary>
    public static bool AcceptsFieldName(string name) => Rules.FieldName.IsValid(name);

    /// <summary>True for what can be a tenant's name.</summary>
    public static bool AcceptsTenant(string tenant) => TenantName.Accepts(tenant);

    /// <summary>Null also when it could not be read: a list names what has ended for a while, and is tidied as it grows.</summary>
    private static async ValueTask<string?> UserOfAsync(Task<SessionRead> reading, SessionPolicy policy)
    {
        try
        {
            SessionRead read = await reading;
            return read.Kind is SessionReadKind.Found ? SessionRecord.Read(read.Record.Span, policy.Fields)?.User : null;
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    // No request of a client waits here, so one that asks for much may take its time.
    internal static WaitBudget Patience() => new() { Limit = TimeSpan.FromSeconds(2) };

    private static string KeyOf(SessionPolicy policy, string token, string tenant) =>
        new SessionKeyTemplate(policy).KeyOf(new FoundToken(null, token.AsMemory(), tenant));

    private static TimeSpan LifeOf(SessionPolicy policy, TimeSpan asked)
    {
        if (asked < TimeSpan.FromSeconds(1) || asked > MaxTimeToLive)
        {
            throw new ArgumentException($"The time to live is {asked}; allowed is 1 s to {MaxTimeToLive.TotalDays} days.", nameof(asked));
        }

        return policy.MaxLifetime < asked ? policy.MaxLifetime.Value : asked;
    }

    private static (NewSession Session, SessionRecord Record) Compose(SessionPolicy policy, string key, string tenant, byte[] bytes, TimeSpan life)
    {
        if (SessionRecord.Read(bytes, policy.Fields) is not { } readable)
        {
            throw new ArgumentException($"The record has {bytes.Length} bytes; allowed is at most {SessionRecord.MaxBytes}.", nameof(bytes));
        }

        string? owner = readable.User is { } user ? SessionsOfUsers.OwnerOf(policy, tenant, user) : null;
        TimeSpan idle = policy.Sliding < life ? policy.Sliding.Value : life;
        return (new NewSession(key, bytes, idle, life, owner) { Format = policy.Format }, readable);
    }
}
