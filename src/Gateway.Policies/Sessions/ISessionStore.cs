using Gateway.Policies.Routing;

namespace Gateway.Policies.Sessions;

/// <summary>
/// Keeps session records at keys the configuration chooses. Every method throws <see cref="StoreUnavailableException"/> when the
/// store cannot answer within what is left of <c>wait</c>. Everything written ends by itself: it has a time to live.
/// </summary>
public interface ISessionStore
{
    /// <summary>True when what is read may be written elsewhere, a round trip away: worth remembering, in need of word when it changes.</summary>
    bool IsShared { get; }

    /// <summary>Reads a record and its time to live in one round trip.</summary>
    ValueTask<SessionRead> ReadAsync(string key, WaitBudget wait);

    /// <summary>Gives an existing record a new time to live; a record that is gone stays gone.</summary>
    ValueTask ExtendAsync(string key, TimeSpan timeToLive, WaitBudget wait);

    /// <summary>Writes a new record and lists it among its owner's; false when the key is taken.</summary>
    ValueTask<bool> CreateAsync(NewSession session, WaitBudget wait);

    /// <summary>Removes a record; false when there was none.</summary>
    ValueTask<bool> DeleteAsync(string key, WaitBudget wait);

    /// <summary>Keys of the records created for <paramref name="owner"/>; some may have ended since.</summary>
    ValueTask<IReadOnlyList<string>> ListAsync(string owner, WaitBudget wait);

    /// <summary>Removes <paramref name="keys"/>, as <see cref="ListAsync"/> gave them, and their listing; returns how many records there were.</summary>
    ValueTask<int> DeleteAsync(string owner, IReadOnlyList<string> keys, WaitBudget wait);
}
