namespace Gateway.Policies.Sessions;

/// <summary>The outcome of a look-up, with the record wherever one could be read.</summary>
internal readonly record struct SessionVerdict(SessionOutcome Outcome, SessionRecord? Record = null)
{
    public bool Admits => Outcome is SessionOutcome.Valid or SessionOutcome.Stale;
}
