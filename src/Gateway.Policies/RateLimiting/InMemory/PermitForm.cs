namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>How a partition's count is written.</summary>
internal enum PermitForm
{
    /// <summary>A <see cref="PermitLog"/>.</summary>
    Log,

    /// <summary><see cref="InMemory.SubWindows"/>.</summary>
    SubWindows,

    /// <summary>A <see cref="InMemory.TokenBucket"/>.</summary>
    TokenBucket,

    /// <summary>A <see cref="InMemory.FixedWindow"/>.</summary>
    FixedWindow,

    /// <summary><see cref="InMemory.InFlight"/>.</summary>
    InFlight,
}
