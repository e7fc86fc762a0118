namespace Gateway.Policies.ResponseCaching.Storage;

/// <summary>
/// A body of known length that is on its way here from the shared store: any number of requests send what has come and wait for the rest.
/// It becomes whole, or breaks off: then nobody may take what was sent for all of it.
/// </summary>
internal sealed class ArrivingBody(long length) : StoredBody([], length)
{
    private readonly Lock _gate = new();
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];
    private readonly TaskCompletionSource<bool> _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<ReadOnlyMemory<byte>>? _whole;
    private long _came;

    /// <summary>What has come.</summary>
    public override IReadOnlyList<ReadOnlyMemory<byte>> Pieces
    {
        get
        {
            if (Volatile.Read(ref _whole) is { } whole)
            {
                return whole;
            }

            lock (_gate)
            {
                return [.. _pieces];
            }
        }
    }

    public override bool IsWhole => Volatile.Read(ref _whole) is not null;

    public override bool IsBroken => _arrival.Task.IsCompleted && !IsWhole;

    public override Task<bool> Arrival => _arrival.Task;

    /// <summary>The next piece. The one that fills the length is the last; a longer body is broken.</summary>
    public void Add(ReadOnlyMemory<byte> piece)
    {
        TaskCompletionSource waiting;
        lock (_gate)
        {
            _pieces.Add(piece);
            _came += piece.Length;
            if (_came == Length)
            {
                Volatile.Write(ref _whole, [.. _pieces]);
            }

            waiting = _more;
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        if (_came >= Length)
        {
            _arrival.TrySetResult(IsWhole);
        }

        waiting.TrySetResult();
    }

    /// <summary>No more comes. Nothing happens to one that is whole.</summary>
    public void Break()
    {
        _arrival.TrySetResult(false);
        lock (_gate)
        {
            _more.TrySetResult();
        }
    }

    /// <summary>Sends a stretch while it arrives; false: it broke off before its end.</summary>
    public async ValueTask<bool> SendAsync(Stream target, long first, long length, CancellationToken cancellation)
    {
        for (int i = 0; length > 0; i++)
        {
            if (await PieceAsync(i, cancellation) is not { } piece)
            {
                return false;
            }

            int skipped = (int)Math.Min(first, piece.Length);
            int count = (int)Math.Min(length, piece.Length - skipped);
            first -= skipped;
            length -= count;
            if (count > 0)
            {
                await target.WriteAsync(piece.Slice(skipped, count), cancellation);
                await target.FlushAsync(cancellation);
            }
        }

        return true;
    }

    private async ValueTask<ReadOnlyMemory<byte>?> PieceAsync(int index, CancellationToken cancellation)
    {
        while (true)
        {
            Task more;
            lock (_gate)
            {
                if (index < _pieces.Count)
                {
                    return _pieces[index];
                }

                if (_arrival.Task.IsCompleted)
                {
                    return null;
                }

                more = _more.Task;
            }

            await more.WaitAsync(cancellation);
        }
    }
}
