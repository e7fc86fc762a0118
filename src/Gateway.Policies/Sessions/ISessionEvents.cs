namespace Gateway.Policies.Sessions;

/// <summary>Tells all gateways that sessions were revoked or changed.</summary>
internal interface ISessionEvents
{
    /// <summary>
    /// Makes this gateway forget what it remembers of these records, at once, and tells the others. Never fails: a gateway that cannot be
    /// told has stopped trusting what it remembers, or forgets it after <c>Remember</c>.
    /// </summary>
    ValueTask TellAsync(IReadOnlyList<string> keys);
}
