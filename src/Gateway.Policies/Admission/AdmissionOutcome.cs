namespace Gateway.Policies.Admission;

/// <summary>What came of a request that asked to be taken on.</summary>
public enum AdmissionOutcome
{
    /// <summary>At once.</summary>
    Admitted,

    /// <summary>After waiting.</summary>
    Queued,

    /// <summary>Shed: no slot, and no place in the queue.</summary>
    Full,

    /// <summary>Shed from the queue: a request of a higher priority took the place.</summary>
    Displaced,

    /// <summary>Shed from the queue: no slot came free in time.</summary>
    TimedOut,

    /// <summary>The client left the queue.</summary>
    Aborted,
}
