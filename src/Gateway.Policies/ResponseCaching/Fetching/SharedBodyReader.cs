namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>One follower of a <see cref="SharedBody"/>. Used by one request.</summary>
internal sealed class SharedBodyReader(SharedBody body, BodyPiece piece) : IDisposable
{
    private BodyPiece _piece = piece;
    private int _offset;
    private long _position;

    /// <summary>Bytes read so far.</summary>
    public long Position => Interlocked.Read(ref _position);

    /// <summary>Waits until there is something to read, or the body has ended without: then how, else <see cref="BodyEnd.None"/>.</summary>
    public async ValueTask<BodyEnd> BeginAsync(CancellationToken cancellation)
    {
        while (true)
        {
            BodyEnd end = body.EndOrWait(_piece, _offset, out Task? wait);
            if (wait is null)
            {
                return end;
            }

            await wait.WaitAsync(cancellation);
        }
    }

    /// <summary>Copies the body to <paramref name="target"/> as it arrives, each stretch flushed; returns how it ended.</summary>
    public async ValueTask<BodyEnd> CopyToAsync(Stream target, CancellationToken cancellation)
    {
        while (true)
        {
            ReadOnlyMemory<byte> next = Take();
            if (!next.IsEmpty)
            {
                await target.WriteAsync(next, cancellation);
                await target.FlushAsync(cancellation);
                Interlocked.Add(ref _position, next.Length);
                body.Advanced();
                continue;
            }

            BodyEnd end = body.EndOrWait(_piece, _offset, out Task? wait);
            if (end is not BodyEnd.None)
            {
                return end;
            }

            if (wait is not null)
            {
                await wait.WaitAsync(cancellation);
            }
        }
    }

    public void Dispose() => body.Leave(this);

    private ReadOnlyMemory<byte> Take()
    {
        // The order matters: a piece that has a next one grows no more, so what is filled is read after that.
        BodyPiece? following = _piece.Next;
        if (following is not null && _offset == _piece.Filled)
        {
            _piece = following;
            _offset = 0;
        }

        ReadOnlyMemory<byte> stretch = _piece.Bytes.AsMemory(_offset, _piece.Filled - _offset);
        _offset += stretch.Length;
        return stretch;
    }
}
