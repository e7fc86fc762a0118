namespace Pipelines.Sockets.Unofficial;

/// <summary>Puts the completion of a pipe's end off while its user has a block in hand.</summary>
/// <remarks>
/// Completion gives blocks back to the pool they share with other connections, and the client completes from
/// whichever thread sees a failure first, while its parser may be in the middle of one. Without this, the parser
/// would read another connection's bytes.
/// </remarks>
internal struct Hold
{
    private const int Free = 0, Held = 1, CompletionDue = 2, Completed = 3;

    private int _state;

    /// <summary>Begins the hold, or goes on with it.</summary>
    /// <exception cref="InvalidOperationException">This end was completed, or its completion is due.</exception>
    public void Take()
    {
        if (Interlocked.CompareExchange(ref _state, Held, Free) is CompletionDue or Completed)
        {
            throw new InvalidOperationException("This end of the pipe was completed.");
        }
    }

    /// <summary>Ends the hold; true when the completion that was put off is to be made now.</summary>
    public bool Release()
    {
        if (Interlocked.CompareExchange(ref _state, Free, Held) != CompletionDue)
        {
            return false;
        }

        Volatile.Write(ref _state, Completed);
        return true;
    }

    /// <summary>True when the completion is to be made now, false when it must wait for the release.</summary>
    public bool TryComplete()
    {
        while (true)
        {
            int state = Volatile.Read(ref _state);
            int next = state is Held or CompletionDue ? CompletionDue : Completed;
            if (Interlocked.CompareExchange(ref _state, next, state) == state)
            {
                return next == Completed;
            }
        }
    }
}
