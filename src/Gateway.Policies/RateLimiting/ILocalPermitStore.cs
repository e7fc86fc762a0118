namespace Gateway.Policies.RateLimiting;

/// <summary>A store in this process: always available, answers synchronously, knows this gateway's share of the traffic only.</summary>
public interface ILocalPermitStore : IPermitStore
{
    /// <summary>
    /// Notes permits that another store has granted, so that this one knows them should it have to take over. Checks nothing;
    /// leaves out what does not fit into its memory.
    /// </summary>
    void Record(ReadOnlySpan<PermitRequest> granted);
}
