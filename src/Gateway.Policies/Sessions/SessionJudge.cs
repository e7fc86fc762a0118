using System.Collections.Frozen;

namespace Gateway.Policies.Sessions;

/// <summary>Decides what a record that was read is worth. Pure: takes bytes and a time.</summary>
internal sealed class SessionJudge(SessionPolicy policy)
{
    private readonly FrozenSet<string> _validStates = policy.ValidStates.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The outcome, with the record wherever one could be read.</summary>
    public (SessionOutcome Outcome, SessionRecord? Record) Judge(in SessionRead read, DateTimeOffset now) => read.Kind switch
    {
        SessionReadKind.Missing => (SessionOutcome.Unknown, null),
        SessionReadKind.WrongType => (SessionOutcome.Corrupt, null),
        SessionReadKind.Found => Judge(SessionRecord.Read(read.Record.Span, policy.Fields, policy.MaxLifetime), now),
        _ => throw new ArgumentOutOfRangeException(nameof(read)),
    };

    /// <summary>True when an expiry has passed, with what is allowed for clocks that run apart.</summary>
    public bool HasEnded(DateTimeOffset end, DateTimeOffset now) => now - end >= policy.ClockSkew;

    private (SessionOutcome Outcome, SessionRecord? Record) Judge(SessionRecord? record, DateTimeOffset now) => record switch
    {
        null => (SessionOutcome.Corrupt, null),
        { ExpiresAt: { } end } when HasEnded(end, now) => (SessionOutcome.Expired, record),
        { State: { } state } when !_validStates.Contains(state) => (SessionOutcome.State, record),
        _ => (SessionOutcome.Valid, record),
    };
}
