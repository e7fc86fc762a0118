namespace Gateway.Policies.Sessions;

/// <summary>The tags of one policy's look-ups, made once.</summary>
internal sealed class SessionLookupTags(string policy)
{
    /// <summary>Answered from memory.</summary>
    public KeyValuePair<string, object?>[] Memory { get; } = Of(policy, "memory");

    /// <summary>Answered by a read that another request had begun.</summary>
    public KeyValuePair<string, object?>[] Joined { get; } = Of(policy, "joined");

    /// <summary>Read from Redis.</summary>
    public KeyValuePair<string, object?>[] Store { get; } = Of(policy, "redis");

    private static KeyValuePair<string, object?>[] Of(string policy, string from) => [new("policy", policy), new("from", from)];
}
