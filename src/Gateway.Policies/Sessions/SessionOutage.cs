namespace Gateway.Policies.Sessions;

/// <summary>What a session policy does while Redis is away.</summary>
public enum SessionOutage
{
    /// <summary>Answers 503 with <c>Retry-After</c>: the client is not at fault.</summary>
    Closed,

    /// <summary>A session seen within its grace stays good; an unknown one gets the 503.</summary>
    Stale,
}
