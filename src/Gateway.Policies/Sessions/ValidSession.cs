using System.Runtime.InteropServices;
using Gateway.Policies.Routing;

namespace Gateway.Policies.Sessions;

/// <summary>The session of an admitted request; one object for all requests that are answered from one read.</summary>
/// <param name="record">As it was read.</param>
/// <param name="id">See <see cref="IdOf"/>.</param>
/// <param name="tenant">Empty where the policy knows no tenants.</param>
/// <param name="forwarded">Values of the policy's forwarded headers.</param>
internal sealed class ValidSession(SessionRecord record, UInt128 id, string tenant, string?[] forwarded) : RequestSession
{
    public SessionRecord Record => record;

    public string?[] Forwarded => forwarded;

    public override UInt128 Id => id;

    // Users of two tenants may have one id, and share neither limits nor cache entries. A tenant has no slash in it.
    public override string? User { get; } = record.User is { } user && tenant.Length > 0 ? $"{tenant}/{user}" : record.User;

    /// <summary>The last signature, for the requests of the same second.</summary>
    public SignedMoment? Signed { get; set; }

    /// <summary>The last answer to a route's requirements, for its next requests.</summary>
    public MetRequirements? Met { get; set; }

    /// <summary>The hash of a record's key: of the token and of the kind of session it is.</summary>
    public static UInt128 IdOf(string key, PartitionSecret secret) => secret.Hash(MemoryMarshal.AsBytes(key.AsSpan()));

    public override string? Field(string name) => record.Field(name);
}
