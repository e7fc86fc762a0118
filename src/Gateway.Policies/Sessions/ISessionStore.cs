using Gateway.Policies.Routing;

namespace Gateway.Policies.Sessions;

/// <summary>
/// Keeps session records at keys the configuration chooses. Every method throws <see cref="StoreUnavailableException"/> when the
/// store cannot answer within what is left of <c>wait</c>. Everything written ends by itself: it has a time to live.
/// </summary>
internal interface ISessionStore
{
    /// <summary>True when what is read may be written elsewhere, a round trip away: worth remembering, in need of word when it changes.</summary>
    bool IsShared { get; }

    /// <summary>Reads a record, as JSON however it is stored, and its time to live in one round trip.</summary>
    ValueTask<SessionRead> ReadAsync(string key, WaitBudget wait, SessionFormat format = SessionFormat.Json);

    /// <summary>Gives an existing record a new time to live; a record that is gone stays gone.</summary>
    ValueTask ExtendAsync(string key, TimeSpan timeToLive, WaitBudget wait);

    /// <summary>Writes a new record and lists it among its owner's; false when the key is taken.</summary>
    ValueTask<bool> CreateAsync(NewSession session, WaitBudget wait);

    /// <summary>
    /// Gives an existing record new content and time to live and lists it anew among its owner's; false when it is gone, or is no longer
    /// <paramref name="was"/> (as it was read). Of a hash only the fields that differ are written.
    /// </summary>
    ValueTask<bool> RewriteAsync(NewSession session, ReadOnlyMemory<byte> was, WaitBudget wait);

    /// <summary>True when there is something at a key.</summary>
    ValueTask<bool> ExistsAsync(string key, WaitBudget wait);

    /// <summary>Counts the records at a pattern's keys; ends early when <paramref name="wait"/> is over.</summary>
    ValueTask<SessionCount> CountAsync(SessionKeyPattern pattern, WaitBudget wait);

    /// <summary>Removes a record; false when there was none.</summary>
    ValueTask<bool> DeleteAsync(string key, WaitBudget wait);

    /// <summary>Keys of the records created for <paramref name="owner"/>; some may have ended since.</summary>
    ValueTask<IReadOnlyList<string>> ListAsync(string owner, WaitBudget wait);

    /// <summary>Removes <paramref name="keys"/>, as <see cref="ListAsync"/> gave them, and their listing; returns how many records there were.</summary>
    ValueTask<int> DeleteAsync(string owner, IReadOnlyList<string> keys, WaitBudget wait);

    /// <summary>Takes keys out of an owner's list.</summary>
    ValueTask UnlistAsync(string owner, IReadOnlyList<string> keys, WaitBudget wait);
}
