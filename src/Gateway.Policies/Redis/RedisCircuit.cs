namespace Gateway.Policies.Redis;

/// <summary>
/// Opens after repeated failures, so that requests no longer wait on a Redis that does not answer. While it is open one
/// background probe, at jittered intervals, looks for Redis; its first success closes the circuit.
/// </summary>
internal sealed class RedisCircuit
{
    private const int FailuresThatOpen = 5;
    private int _failuresInARow;
    private volatile bool _open;

    public bool IsOpen => _open;

    public void Succeeded() => Volatile.Write(ref _failuresInARow, 0);

    /// <summary>Counts a failure; true when this one opened the circuit.</summary>
    public bool Failed()
    {
        if (Interlocked.Increment(ref _failuresInARow) < FailuresThatOpen || _open)
        {
            return false;
        }

        _open = true;
        return true;
    }

    public void Close()
    {
        Succeeded();
        _open = false;
    }
}
