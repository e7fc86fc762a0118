namespace Gateway.Policies.ResponseCaching.Fleet;

/// <summary>What a gateway learns of a fetch among all gateways.</summary>
internal enum LeaseState
{
    /// <summary>Nothing can be learnt: the store that gateways share is away.</summary>
    Away,

    /// <summary>This gateway fetches; the others wait for it.</summary>
    Taken,

    /// <summary>Another gateway fetches.</summary>
    Held,

    /// <summary>Another gateway fetches, and its entry may be in the shared store already, with a body that grows.</summary>
    Streams,

    /// <summary>Another gateway has just fetched; its entry is in the shared store.</summary>
    Done,

    /// <summary>Another gateway has found that the response cannot be shared: nobody waits.</summary>
    Uncacheable,

    /// <summary>Another gateway's fetch brought nothing that could be stored this time.</summary>
    Failed,
}
