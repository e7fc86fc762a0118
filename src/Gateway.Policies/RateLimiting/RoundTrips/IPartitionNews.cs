namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>What gateways tell each other of partitions whose counts someone changed other than by requests.</summary>
internal interface IPartitionNews
{
    /// <summary>False: something may be said that is not heard.</summary>
    bool IsHeard { get; }

    /// <summary>Begins to listen.</summary>
    /// <param name="reset">A gateway has reset this partition.</param>
    /// <param name="lost">Something may have been missed.</param>
    void Listen(Action<UInt128> reset, Action lost);

    /// <summary>Tells the others that this partition was reset. Never throws: who does not hear it forgets by himself soon.</summary>
    Task TellResetAsync(UInt128 partition);
}
