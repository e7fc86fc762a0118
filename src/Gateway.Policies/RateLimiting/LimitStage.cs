namespace Gateway.Policies.RateLimiting;

/// <summary>When a limit is evaluated.</summary>
public enum LimitStage
{
    /// <summary>Before the session is looked up: these limits protect the look-up too.</summary>
    BeforeSession,

    /// <summary>With the session known.</summary>
    AfterSession,
}
