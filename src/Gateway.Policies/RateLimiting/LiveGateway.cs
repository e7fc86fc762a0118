namespace Gateway.Policies.RateLimiting;

/// <summary>What a running gateway says of itself to the others.</summary>
/// <param name="Name">The machine's or container's name and the process id.</param>
/// <param name="Version">For example <c>0.1.0</c>.</param>
/// <param name="Configuration">Fingerprint of the settings in force; equal at gateways that run the same.</param>
/// <param name="Revision">Of the configuration, counted by that gateway.</param>
/// <param name="StartedAt">When it started.</param>
public sealed record LiveGateway(string Name, string Version, string Configuration, long Revision, DateTimeOffset StartedAt);
