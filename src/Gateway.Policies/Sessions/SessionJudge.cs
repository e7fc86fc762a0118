using System.Collections.Frozen;

namespace Gateway.Policies.Sessions;

/// <summary>Decides what a record that was read is worth. Pure: takes bytes and a time.</summary>
internal sealed class SessionJudge(SessionPolicy policy)
{
    private readonly FrozenSet<string> _validStates = policy.ValidStates.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public SessionVerdict Judge(in SessionRead read, DateTimeOffset now) => read.Kind switch
    {
        SessionReadKind.Missing => new SessionVerdict(SessionOutcome.Unknown),
        SessionReadKind.WrongType => new SessionVerdict(SessionOutcome.Corrupt),
        SessionReadKind.Unavailable => new SessionVerdict(SessionOutcome.Unavailable),
        SessionReadKind.Found => Judge(SessionRecord.Read(read.Record.Span, policy.Fields), now),
        _ => throw new ArgumentOutOfRangeException(nameof(read)),
    };

    public SessionVerdict Judge(SessionRecord? record, DateTimeOffset now) => record switch
    {
        null => new SessionVerdict(SessionOutcome.Corrupt),
        { ExpiresAt: { } end } when end <= now => new SessionVerdict(SessionOutcome.Expired, record),
        { State: { } state } when !_validStates.Contains(state) => new SessionVerdict(SessionOutcome.State, record),
        _ => new SessionVerdict(SessionOutcome.Valid, record),
    };
}
