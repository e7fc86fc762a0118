namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>
/// A response body while it arrives: one fetch appends, any number of readers follow at their own pace. While it is recorded, all of it
/// is kept and readers may join at any time. Once it only streams, what all readers have passed is let go, nobody can join, and the fetch
/// waits for the slowest reader, so that no more than <see cref="Window"/> bytes are held.
/// </summary>
internal sealed class SharedBody
{
    /// <summary>Bytes that the fetch may be ahead of the slowest reader once the body only streams.</summary>
    public const int Window = 256 * 1024;

    private const int FirstPiece = 4 * 1024;
    private const int LargestPiece = 64 * 1024;
    private readonly Lock _gate = new();
    private readonly List<SharedBodyReader> _readers = [];
    private TaskCompletionSource? _readersWait;
    private TaskCompletionSource? _fetchWaits;
    private BodyPiece? _first;
    private BodyPiece _last;
    private BodyPiece? _withheldIn;
    private int _withheld;
    private long _length;
    private BodyEnd _end;

    public SharedBody()
    {
        _last = new BodyPiece(FirstPiece);
        _first = _last;
    }

    /// <summary>Bytes appended so far.</summary>
    public long Length => Interlocked.Read(ref _length);

    /// <summary>True while readers may join and the whole is kept.</summary>
    public bool IsRecording => Volatile.Read(ref _first) is not null;

    /// <summary>Called without a lock when the last reader of a body that only streams has left.</summary>
    public Action? Abandoned { get; set; }

    /// <summary>A reader from the first byte on; null when the beginning is no longer kept.</summary>
    public SharedBodyReader? Join()
    {
        lock (_gate)
        {
            if (_first is null)
            {
                return null;
            }

            var reader = new SharedBodyReader(this, _first);
            _readers.Add(reader);
            return reader;
        }
    }

    /// <summary>Keeps nothing but what readers have not read yet; no reader can join any more.</summary>
    public void StreamOnly()
    {
        bool abandoned;
        lock (_gate)
        {
            _first = null;
            abandoned = _readers.Count == 0;
        }

        if (abandoned)
        {
            Abandoned?.Invoke();
        }
    }

    /// <summary>Adds bytes; waits for the slowest reader when the body only streams.</summary>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (!bytes.IsEmpty)
        {
            if (RoomOrWait() is { } wait)
            {
                await wait.WaitAsync(cancellation);
                continue;
            }

            bytes = bytes[Append(bytes.Span)..];
            Wake();
        }
    }

    /// <summary>
    /// Adds the bytes that complete a recorded body; readers get them with its end, or with bytes that come though none should. A reader that
    /// knows the length of the body is done with it then: what becomes of the body has to be decided before.
    /// </summary>
    public void Withhold(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            // Behind what readers see: in the room that is left, or in a piece of its own.
            _withheldIn = bytes.Length <= _last.Bytes.Length - _last.Filled ? _last : new BodyPiece(bytes.Length);
            _withheld = bytes.Length;
            bytes.CopyTo(_withheldIn.Bytes.AsSpan(_withheldIn.Filled));
            Interlocked.Add(ref _length, bytes.Length);
        }
    }

    /// <summary>No more bytes come. <paramref name="complete"/>: the body is whole.</summary>
    public void End(bool complete)
    {
        lock (_gate)
        {
            GiveWithheld();
            _end = complete ? BodyEnd.Complete : BodyEnd.Broken;
        }

        Wake();
    }

    /// <summary>The recorded body, without spare room. Only for one that is recorded and complete.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Recorded()
    {
        var pieces = new List<ReadOnlyMemory<byte>>();
        for (BodyPiece? piece = _first; piece is not null; piece = piece.Next)
        {
            AddTo(pieces, piece, piece.Filled + (piece == _withheldIn ? _withheld : 0));
        }

        if (_withheldIn is { } own && own != _last)
        {
            AddTo(pieces, own, _withheld);
        }

        return pieces;
    }

    /// <summary>For readers: what has come beyond a position, or the task that ends when more has.</summary>
    internal BodyEnd EndOrWait(BodyPiece piece, int offset, out Task? wait)
    {
        lock (_gate)
        {
            wait = null;
            if (piece.Filled > offset || piece.Next is not null)
            {
                return BodyEnd.None;
            }

            if (_end is BodyEnd.None)
            {
                _readersWait ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = _readersWait.Task;
            }

            return _end;
        }
    }

    /// <summary>For readers: tells the fetch that there may be room.</summary>
    internal void Advanced()
    {
        Interlocked.Exchange(ref _fetchWaits, null)?.TrySetResult();
    }

    internal void Leave(SharedBodyReader reader)
    {
        bool abandoned;
        lock (_gate)
        {
            abandoned = _readers.Remove(reader) && _readers.Count == 0 && _first is null && _end is BodyEnd.None;
        }

        Advanced();
        if (abandoned)
        {
            Abandoned?.Invoke();
        }
    }

    private Task? RoomOrWait()
    {
        lock (_gate)
        {
            if (_first is not null || _readers.Count == 0)
            {
                return null;
            }

            // Set before the positions are read: a reader that advances after that finds it.
            var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _fetchWaits, waiting);
            Interlocked.MemoryBarrier();
            long slowest = long.MaxValue;
            foreach (SharedBodyReader reader in _readers)
            {
                slowest = Math.Min(slowest, reader.Position);
            }

            return _length - slowest < Window ? null : waiting.Task;
        }
    }

    private int Append(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            GiveWithheld();
            BodyPiece piece = _last;
            if (piece.Filled == piece.Bytes.Length)
            {
                piece = new BodyPiece(Math.Min(piece.Bytes.Length * 2, LargestPiece));
                _last.Next = piece;
                _last = piece;
            }

            int count = Math.Min(bytes.Length, piece.Bytes.Length - piece.Filled);
            bytes[..count].CopyTo(piece.Bytes.AsSpan(piece.Filled));
            piece.Filled += count;
            Interlocked.Add(ref _length, count);
            return count;
        }
    }

    private void GiveWithheld()
    {
        if (_withheldIn is not { } piece)
        {
            return;
        }

        piece.Filled += _withheld;
        if (piece != _last)
        {
            _last.Next = piece;
            _last = piece;
        }

        _withheldIn = null;
    }

    private static void AddTo(List<ReadOnlyMemory<byte>> pieces, BodyPiece piece, int count)
    {
        ReadOnlyMemory<byte> filled = piece.Bytes.AsMemory(0, count);
        bool spare = count < piece.Bytes.Length * 7 / 8;
        if (!filled.IsEmpty)
        {
            pieces.Add(spare ? filled.ToArray() : filled);
        }
    }

    private void Wake()
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            waiting = _readersWait;
            _readersWait = null;
        }

        waiting?.TrySetResult();
    }
}
