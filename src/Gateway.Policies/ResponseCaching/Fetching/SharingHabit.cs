namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>
/// Whether the responses of a route tend to be shareable. While those of many URLs in a row were not, requests for URLs never seen before do not wait for
/// each other either; the first that is shareable brings the waiting back. Counting need not be exact.
/// </summary>
internal sealed class SharingHabit
{
    private const int Enough = 64;
    private int _inARow;

    /// <summary>True: waiting for another's fetch would most likely be for nothing.</summary>
    public bool IsPrivate => Volatile.Read(ref _inARow) >= Enough;

    public void Saw(bool shareable)
    {
        int inARow = Volatile.Read(ref _inARow);
        if (shareable ? inARow != 0 : inARow < Enough)
        {
            Volatile.Write(ref _inARow, shareable ? 0 : inARow + 1);
        }
    }
}
