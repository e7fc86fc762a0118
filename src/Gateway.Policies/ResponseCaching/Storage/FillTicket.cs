namespace Gateway.Policies.ResponseCaching.Storage;

/// <summary>Taken before the shared store is read: what comes may be put into memory only if nothing was invalidated meanwhile.</summary>
/// <param name="Generation">Whether invalidations may have been missed since; see <see cref="IEntryMemory.Distrust"/>.</param>
/// <param name="Removals">How often URIs like this one were removed.</param>
internal readonly record struct FillTicket(int Generation, long Removals);
