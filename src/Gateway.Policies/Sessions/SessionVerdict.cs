using Gateway.Policies.Sessions.Memory;

namespace Gateway.Policies.Sessions;

/// <summary>The outcome of a look-up, with what was seen where that was read or remembered.</summary>
internal readonly record struct SessionVerdict(SessionOutcome Outcome, SeenSession? Seen = null)
{
    public bool Admits => Outcome is SessionOutcome.Valid or SessionOutcome.Stale;
}
