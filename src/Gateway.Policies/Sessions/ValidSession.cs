using Gateway.Policies.Routing;

namespace Gateway.Policies.Sessions;

/// <summary>The session of an admitted request.</summary>
internal sealed class ValidSession(SessionRecord record, string key, SessionSecret secret) : RequestSession
{
    private UInt128? _id;

    /// <summary>Hashed at the first use: most routes never ask.</summary>
    public override UInt128 Id => _id ??= secret.Hash(key);

    public override string? User => record.User;

    public override string? Field(string name) => record.Field(name);
}
