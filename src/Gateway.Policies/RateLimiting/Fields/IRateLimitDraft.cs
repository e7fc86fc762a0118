namespace Gateway.Policies.RateLimiting.Fields;

/// <summary>
/// How one draft of the IETF's rate limit fields writes a limit and its state. Drafts differ in names and parameters; all of them are
/// lists with an item per limit.
/// </summary>
internal interface IRateLimitDraft
{
    /// <summary>The field with one item per limit.</summary>
    string PolicyField { get; }

    /// <summary>The field with one item per limit's state.</summary>
    string StateField { get; }

    /// <summary>A limit, written once when the configuration loads.</summary>
    /// <param name="quotedName">The limit's name as a structured field's string.</param>
    /// <param name="limit">Permits per window.</param>
    /// <param name="windowSeconds">The window in whole seconds, rounded up; null for a limit without one.</param>
    string PolicyItem(string quotedName, long limit, long? windowSeconds);

    /// <summary>A limit's state, written for every response; false when it does not fit.</summary>
    /// <param name="to">Where it is written.</param>
    /// <param name="quotedName">The limit's name as a structured field's string.</param>
    /// <param name="remaining">Permits left.</param>
    /// <param name="resetSeconds">Whole seconds until there are more, rounded up.</param>
    /// <param name="written">How much was written.</param>
    bool TryWriteState(Span<char> to, string quotedName, long remaining, long resetSeconds, out int written);
}
