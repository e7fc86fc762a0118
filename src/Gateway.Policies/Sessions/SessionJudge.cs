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
        SessionReadKind.Found => Judge(SessionRecord.Read(read.Record.Span, policy.Fields), now),
        _ => throw new ArgumentOutOfRangeException(nameof(read)),
    };

    private (SessionOutcome Outcome, SessionRecord? Record) Judge(SessionRecord? record, DateTimeOffset now) => record switch
    {
        null => (SessionOutcome.Corrupt, null),
        { ExpiresAt: { } end } when end <= now => (SessionOutcome.Expired, record),
        { State: { } state } when !_validStates.Contains(state) => (SessionOutcome.State, record),
        _ => (SessionOutcome.Valid, record),
    };
}
