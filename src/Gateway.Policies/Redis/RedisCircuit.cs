namespace Gateway.Policies.Redis;

/// <summary>
/// Opens after repeated failures in a row, so that requests no longer wait on a Redis that does not answer. It begins open: nothing
/// is connected yet. It counts only; <see cref="RedisLookout"/> looks for Redis and closes it.
/// </summary>
/// <remarks>
/// A failure counts when its call began after the one counted before it had failed. A pause of this very process (a collection, a
/// starved machine) makes every call in flight miss its deadline at one instant, and says nothing about Redis. Closed again
/// after failures, it is on trial: the first failure before any success opens it.
/// </remarks>
internal sealed class RedisCircuit(TimeProvider time)
{
    private const int FailuresThatOpen = 3;
    private readonly Lock _gate = new();
    private bool _hasOpened;
    private int _failuresInARow;
    private long _lastCounted;
    private volatile bool _open = true;

    public bool IsOpen => _open;

    /// <summary>Ends a row of failures. Writes nothing on the usual path, so that cores do not fight for the line.</summary>
    public void Succeeded()
    {
        if (Volatile.Read(ref _failuresInARow) != 0)
        {
            Volatile.Write(ref _failuresInARow, 0);
        }
    }

    /// <summary>Counts a failure; true when this one opened the circuit.</summary>
    /// <param name="began">When its call began, a timestamp of the same clock.</param>
    public bool Failed(long began)
    {
        lock (_gate)
        {
            if (_open || (_failuresInARow > 0 && began < _lastCounted))
            {
                return false;
            }

            _lastCounted = time.GetTimestamp();
            _open = ++_failuresInARow >= FailuresThatOpen;
            _hasOpened |= _open;
            return _open;
        }
    }

    /// <summary>Closes it; on trial, unless it is for the first time.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _failuresInARow = _hasOpened ? FailuresThatOpen - 1 : 0;
            _lastCounted = time.GetTimestamp();
            _open = false;
        }
    }
}
