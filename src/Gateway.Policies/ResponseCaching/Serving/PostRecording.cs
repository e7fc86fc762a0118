using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>
/// The response body of a POST on its way to the client, recorded once <see cref="Record"/> has said so. What completes the announced length goes
/// on when the response has ended: whoever has it finds what is stored, and of a body that is longer nothing is.
/// </summary>
/// <param name="own">The server's.</param>
/// <param name="room">For recorded bodies, together.</param>
internal sealed class PostRecording(IHttpResponseBodyFeature own, MemoryBudget room) : WriteOnlyStream
{
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];
    private Action<StoredBody>? _whole;
    private ReadOnlyMemory<byte> _withheld;
    private long? _announced;
    private long _most;
    private long _length;
    private long _taken;
    private bool _started;

    /// <summary>Begins to record; to be called while the response starts.</summary>
    /// <param name="announced">Bytes that the body will have; null: its end tells.</param>
    /// <param name="most">Bytes past which it is not kept.</param>
    /// <param name="whole">Called with the whole, before the client has all of it.</param>
    public void Record(long? announced, long most, Action<StoredBody> whole) => (_announced, _most, _whole) = (announced, most, whole);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_started)
        {
            // Whether it is recorded, the header section decides.
            _started = true;
            await own.StartAsync(cancellationToken);
        }

        if (!_withheld.IsEmpty && !buffer.IsEmpty)
        {
            // More than was announced.
            _whole = null;
            await GiveWithheldAsync(cancellationToken);
        }

        if (_whole is not null && Take(buffer) && _announced == _length)
        {
            _withheld = _pieces[^1];
            return;
        }

        await own.Stream.WriteAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => own.Stream.FlushAsync(cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Write asynchronously.");

    public override void Flush()
    {
    }

    /// <summary>The destination's answer has ended, and did not break off.</summary>
    public ValueTask EndAsync()
    {
        if (_announced is null || _announced == _length)
        {
            _whole?.Invoke(new StoredBody(_pieces));
        }

        // A client that has gone meanwhile is no failure.
        return GiveWithheldAsync(CancellationToken.None);
    }

    protected override void Dispose(bool disposing)
    {
        room.Return(Interlocked.Exchange(ref _taken, 0));
        base.Dispose(disposing);
    }

    private async ValueTask GiveWithheldAsync(CancellationToken cancellation)
    {
        if (!_withheld.IsEmpty)
        {
            await own.Stream.WriteAsync(_withheld, cancellation);
            _withheld = default;
        }
    }

    private bool Take(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty || _length + bytes.Length > _most || !room.TryTake(bytes.Length))
        {
            _whole = bytes.IsEmpty ? _whole : null;
            return false;
        }

        _taken += bytes.Length;
        _length += bytes.Length;
        _pieces.Add(bytes.ToArray());
        return true;
    }
}
