using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Gateway.Policies.Routing;

namespace Gateway.Policies.Sessions;

/// <summary>The sessions that gateways created for users, by a list per user. Every method throws <see cref="StoreUnavailableException"/> while Redis is away.</summary>
public sealed class SessionsOfUsers
{
    // A batch's keys share one deadline.
    private const int BatchSize = 200;

    // A list is tidied whenever it has grown to a power of two from here on: so it names at most twice as many sessions as there are.
    private const int SmallList = 32;
    private readonly ISessionStore _store;
    private readonly ISessionEvents _events;
    private readonly TimeProvider _time;

    internal SessionsOfUsers(ISessionStore store, ISessionEvents events, TimeProvider time)
    {
        _store = store;
        _events = events;
        _time = time;
    }

    /// <summary>Shows a user's sessions that have not ended.</summary>
    public async ValueTask<IReadOnlyList<SessionDetails>> ListAsync(SessionPolicy policy, string user, string tenant = "")
    {
        var template = new SessionKeyTemplate(policy);
        DateTimeOffset now = _time.GetUtcNow();
        return [.. (await ReadAsync(policy, OwnerOf(policy, tenant, user))).Select(found => SessionDetails.Of(policy, template.TokenOf(found.Key, tenant), found.Read, now))];
    }

    /// <summary>Ends all of a user's sessions; returns how many there were.</summary>
    public ValueTask<int> RevokeAllAsync(SessionPolicy policy, string user, string tenant = "") => RevokeAsync(OwnerOf(policy, tenant, user));

    /// <summary>Ends the one of a user's sessions whose record has this <c>id</c>; returns how many there were.</summary>
    public async ValueTask<int> RevokeOneAsync(SessionPolicy policy, string user, string id, string tenant = "")
    {
        string owner = OwnerOf(policy, tenant, user);
        string[] keys = [.. (await ReadAsync(policy, owner))
            .Where(found => SessionRecord.Read(found.Read.Record.Span, policy.Fields)?.Field(policy.Fields.Id) == id)
            .Select(found => found.Key)];
        return await RevokeAsync(owner, keys);
    }

    /// <summary>
    /// A user id means something only among sessions of one kind: those that share a key template, and a tenant. The id may hold any
    /// character, so it is hashed; the template comes first, with its length, so that no two owners meet.
    /// </summary>
    internal static string OwnerOf(SessionPolicy policy, string tenant, string user)
    {
        string kind = tenant.Length == 0 ? policy.Key : policy.Key.Replace(SessionKeyTemplate.TenantPlaceholder, tenant, StringComparison.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind.Length}:{kind}{user}")), 0, 16);
    }

    /// <summary>Takes what has ended out of a list that has grown.</summary>
    internal async ValueTask TidyAsync(string? owner)
    {
        if (owner is null)
        {
            return;
        }

        IReadOnlyList<string> keys = await _store.ListAsync(owner, SessionAdmin.Patience());
        if (keys.Count < SmallList || !BitOperations.IsPow2(keys.Count))
        {
            return;
        }

        foreach (string[] batch in keys.Chunk(BatchSize))
        {
            WaitBudget wait = SessionAdmin.Patience();
            bool[] exist = await Task.WhenAll(batch.Select(key => _store.ExistsAsync(key, wait).AsTask()));
            await _store.UnlistAsync(owner, [.. batch.Where((_, index) => !exist[index])], wait);
        }
    }

    private async ValueTask<List<(string Key, SessionRead Read)>> ReadAsync(SessionPolicy policy, string owner)
    {
        var found = new List<(string Key, SessionRead Read)>();
        foreach (string[] batch in (await _store.ListAsync(owner, SessionAdmin.Patience())).Chunk(BatchSize))
        {
            WaitBudget wait = SessionAdmin.Patience();
            SessionRead[] reads = await Task.WhenAll(batch.Select(key => _store.ReadAsync(key, wait, policy.Format).AsTask()));
            found.AddRange(batch.Zip(reads).Where(pair => pair.Second.Kind is not SessionReadKind.Missing));
        }

        return found;
    }

    private async ValueTask<int> RevokeAsync(string owner, IReadOnlyList<string>? keys = null)
    {
        int revoked = 0;
        foreach (string[] batch in (keys ?? await _store.ListAsync(owner, SessionAdmin.Patience())).Chunk(BatchSize))
        {
            revoked += await _store.DeleteAsync(owner, batch, SessionAdmin.Patience());
            await _events.TellAsync(batch);
        }

        return revoked;
    }
}
