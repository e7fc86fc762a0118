using Gateway.Policies.Routing;

namespace Gateway.Policies.ResponseCaching.Purging;

/// <summary>Tells the other gateways of purges. Never throws: what cannot be told now is told once that is possible.</summary>
internal interface IPurgeBus
{
    /// <summary>False from the moment purges of other gateways may be missed until all were read again.</summary>
    bool IsCurrent { get; }

    /// <summary>False: the purges cannot be read either, so there is no point in trying.</summary>
    bool IsReachable { get; }

    /// <summary>Keeps the purge for gateways to come and tells those that run; returns its number, null when it could not be told yet.</summary>
    /// <param name="notice">The purge.</param>
    /// <param name="wait">How long Redis may be waited for.</param>
    ValueTask<long?> AnnounceAsync(PurgeNotice notice, WaitBudget wait);

    /// <summary>Reads the purges made so far, for a lookup while they are not heard. False: they cannot be read.</summary>
    ValueTask<bool> ReadAsync(WaitBudget wait);
}
