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

    /// <summary>
    /// Reads until the buffer is full, the body has ended, or <paramref name="linger"/> has passed since the first byte of the buffer came.
    /// 0: it has ended.
    /// </summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, TimeSpan linger, TimeProvider time)
    {
        int filled = 0;
        long began = 0;
        while (filled < buffer.Length)
        {
            ReadOnlyMemory<byte> next = Take(buffer.Length - filled);
            if (!next.IsEmpty)
            {
                began = filled == 0 ? time.GetTimestamp() : began;
                next.CopyTo(buffer[filled..]);
                filled += next.Length;
                Interlocked.Add(ref _position, next.Length);
                body.Advanced();
                continue;
            }

            BodyEnd end = body.EndOrWait(_piece, _offset, out Task? wait);
            TimeSpan left = filled == 0 ? Timeout.InfiniteTimeSpan : linger - time.GetElapsedTime(began);
            if (end is not BodyEnd.None || (filled > 0 && left <= TimeSpan.Zero))
            {
                break;
            }

            if (wait is not null)
            {
                // Whether more came or the time is over, it looks again.
                await wait.WaitAsync(left, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        return filled;
    }

    public void Dispose() => body.Leave(this);

    private ReadOnlyMemory<byte> Take(int most = int.MaxValue)
    {
        // The order matters: a piece that has a next one grows no more, so what is filled is read after that.
        BodyPiece? following = _piece.Next;
        if (following is not null && _offset == _piece.Filled)
        {
            _piece = following;
            _offset = 0;
        }

        ReadOnlyMemory<byte> stretch = _piece.Bytes.AsMemory(_offset, Math.Min(most, _piece.Filled - _offset));
        _offset += stretch.Length;
        return stretch;
    }
}
