using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Policies.Routing;

namespace Gateway.Policies.Sessions;

/// <summary>
/// Creates, shows and revokes sessions for the admin API. Every method throws <see cref="StoreUnavailableException"/> while Redis is
/// away. A token that cannot be one is a session that does not exist.
/// </summary>
public sealed class SessionAdmin
{
    /// <summary>Longest life of a session that is created here: 10 years.</summary>
    public static readonly TimeSpan MaxTimeToLive = TimeSpan.FromDays(3650);

    // A batch's keys share one deadline.
    private const int BatchSize = 200;

    private readonly ISessionStore _store;
    private readonly ISessionEvents _events;
    private readonly TimeProvider _time;

    internal SessionAdmin(ISessionStore store, ISessionEvents events, TimeProvider time)
    {
        _store = store;
        _events = events;
        _time = time;
    }

    /// <summary>
    /// Creates a session. <paramref name="fields"/> become its record; <c>user_id</c>, <c>session_state</c>, <c>plan</c> and <c>id</c> are
    /// stored under the policy's own names for them. <c>created_at</c> and <c>expires_at</c> are set here, and an <c>id</c> where there is none.
    /// </summary>
    /// <param name="timeToLive">Until it ends at the latest, 1 s to <see cref="MaxTimeToLive"/>; with <c>Sliding</c> it ends earlier when idle.</param>
    /// <exception cref="ArgumentException">The time to live is out of range, the record larger than 256 KB, or a field is no Unicode or there twice.</exception>
    public async ValueTask<CreatedSession> CreateAsync(SessionPolicy policy, JsonObject fields, TimeSpan timeToLive)
    {
        if (timeToLive < TimeSpan.FromSeconds(1) || timeToLive > MaxTimeToLive)
        {
            throw new ArgumentException($"The time to live is {timeToLive}; allowed is 1 s to {MaxTimeToLive.TotalDays} days.", nameof(timeToLive));
        }

        DateTimeOffset now = _time.GetUtcNow();
        byte[] bytes = NewRecord.Of(fields, policy.Fields, now, now + timeToLive);
        if (SessionRecord.Read(bytes, policy.Fields) is not { } readable)
        {
            throw new ArgumentException($"The record has {bytes.Length} bytes; allowed is at most {SessionRecord.MaxBytes}.", nameof(fields));
        }

        string token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        string? owner = readable.User is { } user ? OwnerOf(policy, user) : null;
        TimeSpan idle = policy.Sliding < timeToLive ? policy.Sliding.Value : timeToLive;
        string key = new SessionKeyTemplate(policy.Key).KeyOf(token);
        await _store.CreateAsync(new NewSession(key, bytes, idle, timeToLive, owner), Patience());
        return new CreatedSession(token, readable.ExpiresAt!.Value);
    }

    /// <summary>Shows a session; null when there is none. Does not extend it.</summary>
    public async ValueTask<SessionDetails?> GetAsync(SessionPolicy policy, string token)
    {
        if (!TokenAlphabet.Accepts(token, policy.MaxTokenLength))
        {
            return null;
        }

        SessionRead read = await _store.ReadAsync(new SessionKeyTemplate(policy.Key).KeyOf(token), Patience());
        return read.Kind is SessionReadKind.Missing ? null : Describe(policy, token, read);
    }

    /// <summary>Ends a session; false when there is none.</summary>
    public async ValueTask<bool> RevokeAsync(SessionPolicy policy, string token)
    {
        if (!TokenAlphabet.Accepts(token, policy.MaxTokenLength))
        {
            return false;
        }

        string key = new SessionKeyTemplate(policy.Key).KeyOf(token);
        bool existed = await _store.DeleteAsync(key, Patience());
        await _events.TellAsync([key]);
        return existed;
    }

    /// <summary>Ends all sessions that were created here for a user; returns how many there were.</summary>
    public async ValueTask<int> RevokeUserAsync(SessionPolicy policy, string user)
    {
        string owner = OwnerOf(policy, user);
        int revoked = 0;
        foreach (string[] batch in (await _store.ListAsync(owner, Patience())).Chunk(BatchSize))
        {
            revoked += await _store.DeleteAsync(owner, batch, Patience());
            await _events.TellAsync(batch);
        }

        return revoked;
    }

    /// <summary>Shows the sessions that were created here for a user and have not ended.</summary>
    public async ValueTask<IReadOnlyList<SessionDetails>> ListUserAsync(SessionPolicy policy, string user)
    {
        var template = new SessionKeyTemplate(policy.Key);
        var sessions = new List<SessionDetails>();
        foreach (string[] batch in (await _store.ListAsync(OwnerOf(policy, user), Patience())).Chunk(BatchSize))
        {
            var wait = Patience();
            SessionRead[] reads = await Task.WhenAll(batch.Select(key => _store.ReadAsync(key, wait).AsTask()));
            sessions.AddRange(batch.Zip(reads)
                .Where(pair => pair.Second.Kind is not SessionReadKind.Missing)
                .Select(pair => Describe(policy, template.TokenOf(pair.First), pair.Second)));
        }

        return sessions;
    }

    // No request of a client waits here, so one that asks for much may take its time.
    private static WaitBudget Patience() => new() { Limit = TimeSpan.FromSeconds(2) };

    private SessionDetails Describe(SessionPolicy policy, string token, in SessionRead read)
    {
        (SessionOutcome outcome, SessionRecord? record) = new SessionJudge(policy).Judge(read, _time.GetUtcNow());
        return new SessionDetails(token, outcome.Name(), read.TimeToLive, record is null ? null : Shown(read.Record.Span));
    }

    // Other applications' JSON may have a name twice or a string that is no Unicode: good enough to judge, nothing to pass on.
    private static JsonObject? Shown(ReadOnlySpan<byte> record)
    {
        try
        {
            JsonNode? node = JsonNode.Parse(record, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
            _ = node!.ToJsonString();
            return node.AsObject();
        }
        catch (Exception unfit) when (unfit is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // A user id means something only among sessions of one kind: those that share a key template. The id may hold any character, so
    // it is hashed; the template comes first, with its length, so that no two owners meet.
    private static string OwnerOf(SessionPolicy policy, string user) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{policy.Key.Length}:{policy.Key}{user}")), 0, 16);
}
