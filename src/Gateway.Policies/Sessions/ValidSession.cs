using System.Runtime.InteropServices;
using Gateway.Policies.Routing;

namespace Gateway.Policies.Sessions;

/// <summary>The session of an admitted request.</summary>
internal sealed class ValidSession(SessionRecord record, string key, PartitionSecret secret) : RequestSession
{
    private UInt128? _id;

    /// <summary>The hash of a record's key: of the token and of the kind of session it is.</summary>
    public static UInt128 IdOf(string key, PartitionSecret secret) => secret.Hash(MemoryMarshal.AsBytes(key.AsSpan()));

    /// <summary>Hashed at the first use: most routes never ask.</summary>
    public override UInt128 Id => _id ??= IdOf(key, secret);

    public override string? User => record.User;

    public override string? Field(string name) => record.Field(name);
}
