using System.Runtime.InteropServices;
using Gateway.Policies.Routing;

namespace Gateway.Policies.Sessions;

/// <summary>The session of an admitted request; one object for all requests that are answered from one read.</summary>
/// <param name="record">As it was read.</param>
/// <param name="id">See <see cref="IdOf"/>.</param>
/// <param name="forwarded">Values of the policy's forwarded headers.</param>
internal sealed class ValidSession(SessionRecord record, UInt128 id, string?[] forwarded) : RequestSession
{
    public SessionRecord Record => record;

    public string?[] Forwarded => forwarded;

    public override UInt128 Id => id;

    public override string? User => record.User;

    /// <summary>The hash of a record's key: of the token and of the kind of session it is.</summary>
    public static UInt128 IdOf(string key, PartitionSecret secret) => secret.Hash(MemoryMarshal.AsBytes(key.AsSpan()));

    public override string? Field(string name) => record.Field(name);
}
