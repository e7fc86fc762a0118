using System.Globalization;
using Gateway.Policies.RateLimiting.Boosts;
using Gateway.Policies.RateLimiting.Offenders;
using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting;

/// <summary>
/// Shows, resets and raises what a partition may use, for operators. Partitions are written as people know them (<c>203.0.113.7</c>),
/// or as <c>id:</c> and their hash, as the list of top offenders has them.
/// </summary>
public sealed class RateLimitAdmin
{
    private const string IdForm = "id:";

    private readonly IPermitStore _store;
    private readonly PartitionSecret _secret;
    private readonly BoostTable _known;
    private readonly IBoosts _boosts;
    private readonly OffenderTable _offenders;

    internal RateLimitAdmin(IPermitStore store, PartitionSecret secret, BoostTable known, IBoosts boosts, OffenderTable offenders) =>
        (_store, _secret, _known, _boosts, _offenders) = (store, secret, known, boosts, offenders);

    /// <summary>A partition's hash as <see cref="GetAsync"/> and the others read it.</summary>
    public static string Id(UInt128 partition) => IdForm + partition.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>The hash of a partition that is written as people know it; null when the text names no partition of the policy.</summary>
    public string? IdOf(RateLimitPolicy policy, string partition) => Find(policy, partition) is { } key ? Id(key) : null;

    /// <summary>What <paramref name="partition"/> has used; null when the text names no partition of the policy.</summary>
    /// <exception cref="StoreUnavailableException">Redis is away.</exception>
    public async ValueTask<PartitionUsage?> GetAsync(RateLimitPolicy policy, string partition)
    {
        if (Find(policy, partition) is not { } key)
        {
            return null;
        }

        var decisions = new PermitDecision[1];
        Boost? boost = _known.Find(key);
        long limit = Math.Max(policy.Limit, boost?.Limit ?? 0);
        PermitRequest ask = policy.Ask(key, limit, 1);
        await _store.PeekAsync(new[] { ask }, decisions, new WaitBudget());
        TimeSpan left = boost is { } known ? _known.Left(known) : TimeSpan.Zero;
        return new PartitionUsage(limit, Math.Max(0, ask.Capacity - decisions[0].Remaining), decisions[0].Remaining, decisions[0].ResetAfter, decisions[0].RetryAfter, left);
    }

    /// <summary>Gives <paramref name="partition"/> all its permits back; null when the text names no partition of the policy, false when it had used none.</summary>
    /// <exception cref="StoreUnavailableException">Redis is away.</exception>
    public async ValueTask<bool?> ResetAsync(RateLimitPolicy policy, string partition) =>
        Find(policy, partition) is { } key ? await _store.ResetAsync(policy.Name, key, new WaitBudget()) : null;

    /// <summary>
    /// Raises the limit of <paramref name="partition"/> for a while, at every gateway; zero ends it. Null when the text names no
    /// partition of the policy, false when there are too many boosts.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Redis is away: the boost may or may not be in force.</exception>
    public async ValueTask<bool?> BoostAsync(RateLimitPolicy policy, string partition, long limit, TimeSpan duration) =>
        Find(policy, partition) is { } key ? await _boosts.SetAsync(key, limit, duration) : null;

    /// <summary>The partitions that this gateway rejected most of late, most first.</summary>
    public IReadOnlyList<Offender> Top(RateLimitPolicy policy, int count) => _offenders.Top(policy.Name, count);

    private UInt128? Find(RateLimitPolicy policy, string text)
    {
        if (text.StartsWith(IdForm, StringComparison.Ordinal)
            && text.Length == IdForm.Length + 32
            && UInt128.TryParse(text.AsSpan(IdForm.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out UInt128 id))
        {
            return id;
        }

        return PartitionText.TryParse(policy, text, out PartitionValue[]? values) ? PartitionKey.Of(policy.Name, values, _secret) : null;
    }
}
