namespace Gateway.Policies.Redis;

/// <summary>How one call of Redis ended.</summary>
internal enum RedisOutcome
{
    /// <summary>With an answer.</summary>
    Answered,

    /// <summary>With an error that is this call's own (<c>WRONGTYPE</c>, <c>NOPERM</c>, a script's error), or that the client did not send: Redis is well.</summary>
    Refused,

    /// <summary>With an answer of an unexpected shape.</summary>
    Malformed,

    /// <summary>With an error that says Redis serves nobody now (<c>LOADING</c>, <c>CLUSTERDOWN</c>, <c>NOAUTH</c> …).</summary>
    Unwilling,

    /// <summary>With an error that says Redis takes no writes now (<c>READONLY</c>, <c>OOM</c>, <c>MISCONF</c>, <c>NOREPLICAS</c>).</summary>
    Unwritable,

    /// <summary>Abandoned at the deadline.</summary>
    Slow,

    /// <summary>Without a connection, or the connection broke.</summary>
    Unreachable,

    /// <summary>Not begun: the circuit is open.</summary>
    Skipped,

    /// <summary>Not begun: earlier calls of the request used up its deadline.</summary>
    Spent,
}
