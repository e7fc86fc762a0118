namespace Gateway.Policies.RateLimiting.RoundTrips;

/// <summary>Which means of saving round trips are in use. All are, but where a test or a measurement looks at one alone.</summary>
internal sealed record RoundTripOptions
{
    public bool DenialMemory { get; init; } = true;

    public bool Combining { get; init; } = true;

    public bool Leases { get; init; } = true;
}
