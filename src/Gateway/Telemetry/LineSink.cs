using System.Buffers;

namespace Gateway.Telemetry;

/// <summary>
/// Takes lines from any thread and writes them to a stream from one of its own, as many at once as have come meanwhile: a write per
/// line would cost more than the request it tells of. A stream that is too slow never makes a request wait: beyond
/// <see cref="MaxPending"/> lines are dropped, and a line says how many.
/// </summary>
internal sealed class LineSink : IDisposable
{
    /// <summary>Bytes that may wait to be written.</summary>
    public const int MaxPending = 8 << 20;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _arrived = new(0, 1);
    private readonly Stream _stream;
    private readonly Action<long, IBufferWriter<byte>> _tellDropped;
    private readonly Thread _writer;
    private ArrayBufferWriter<byte> _pending = new(64 << 10);
    private ArrayBufferWriter<byte> _writing = new(64 << 10);
    private long _dropped;
    private bool _closed;

    /// <param name="tellDropped">Writes the line that says how many were dropped.</param>
    public LineSink(Stream stream, Action<long, IBufferWriter<byte>> tellDropped)
    {
        (_stream, _tellDropped) = (stream, tellDropped);
        _writer = new Thread(WriteAll) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    public void Append(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            if (_pending.WrittenCount + line.Length > MaxPending)
            {
                _dropped++;
                return;
            }

            bool first = _pending.WrittenCount == 0;
            _pending.Write(line);
            if (first)
            {
                Wake();
            }
        }
    }

    /// <summary>Writes what is there, for at most a second and a half: a stream that is stuck must not keep the process.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            Wake();
        }

        _writer.Join(TimeSpan.FromSeconds(1.5));
    }

    private void Wake()
    {
        if (_arrived.CurrentCount == 0)
        {
            _arrived.Release();
        }
    }

    private void WriteAll()
    {
        bool open = true;
        while (open)
        {
            _arrived.Wait();
            open = Take();
            if (_writing.WrittenCount > 0)
            {
                Write();
            }
        }
    }

    private void Write()
    {
        try
        {
            _stream.Write(_writing.WrittenSpan);
            _stream.Flush();
        }
        catch (IOException)
        {
            // Nobody reads any more: what would be said has nowhere to go.
        }

        _writing.ResetWrittenCount();
    }

    /// <summary>Takes what is pending to be written; false when nothing will come after it.</summary>
    private bool Take()
    {
        lock (_gate)
        {
            (_pending, _writing) = (_writing, _pending);
            if (_dropped > 0)
            {
                _tellDropped(_dropped, _writing);
                _dropped = 0;
            }

            return !_closed;
        }
    }
}
