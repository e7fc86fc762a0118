using System.Runtime.CompilerServices;

namespace Gateway.Policies.Sessions.Memory;

/// <summary>What one read of the store came to: a valid session, or why there is none.</summary>
internal sealed class SeenSession(SessionOutcome outcome, ValidSession? session = null) : ISized
{
    private StrongBox<TimeSpan>? _extension;

    public SessionOutcome Outcome { get; } = outcome;

    /// <summary>Null unless valid.</summary>
    public ValidSession? Session { get; } = session;

    /// <summary>Which time without losses it was read in; see <see cref="SessionTrust"/>.</summary>
    public int Epoch { get; init; }

    /// <summary>The timestamp until which requests are answered from this without asking Redis.</summary>
    public long FreshUntil { get; init; }

    /// <summary>The timestamp until which it is good while Redis is away.</summary>
    public long GoodUntil { get; init; }

    /// <summary>The idle time to live that the first request which uses the session is to give it; null: none is due.</summary>
    public TimeSpan? ExtensionDue
    {
        init => _extension = value is { } due ? new StrongBox<TimeSpan>(due) : null;
    }

    public int Size => 256 + (Session?.Record.Size ?? 0);

    /// <summary>Gives the extension to exactly one caller.</summary>
    public bool TryTakeExtension(out TimeSpan timeToLive)
    {
        StrongBox<TimeSpan>? due = _extension is null ? null : Interlocked.Exchange(ref _extension, null);
        timeToLive = due?.Value ?? default;
        return due is not null;
    }
}
