using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Testing;

/// <summary>A bad network between a client and a server on loopback: passes bytes on, and delays, holds, drops or cuts when told to.</summary>
public sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly int _target;
    private readonly ConcurrentDictionary<RelayedConnection, bool> _open = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private volatile TaskCompletionSource _flowing = Done();
    private long _delayTicks;
    private long _bytesPerSecond = long.MaxValue;
    private long _passed;
    private int _accepted;

    /// <param name="target">The port on loopback behind the relay; it need not listen yet.</param>
    /// <param name="port">The relay's own; 0: any free one.</param>
    public TcpRelay(int target, int port = 0)
    {
        _target = target;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Connection => $"127.0.0.1:{Port}";

    /// <summary>Connections accepted so far: how often clients tried.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Connections that are open now.</summary>
    public int Open => _open.Count;

    public RelayMode Mode { get; private set; }

    /// <summary>Added to each direction; bytes behind one another wait side by side, as on a long line.</summary>
    public TimeSpan Delay
    {
        get => new(Interlocked.Read(ref _delayTicks));
        set => Interlocked.Exchange(ref _delayTicks, value.Ticks);
    }

    /// <summary>How much each connection carries at most, in each direction. Default: as much as there is.</summary>
    public long BytesPerSecond
    {
        get => Interlocked.Read(ref _bytesPerSecond);
        set => Interlocked.Exchange(ref _bytesPerSecond, value);
    }

    /// <summary>Bytes passed on so far, in both directions.</summary>
    public long Passed => Interlocked.Read(ref _passed);

    internal CancellationToken Stopping => _stopping.Token;

    /// <summary>Changes over, for open connections and for those to come.</summary>
    public void Become(RelayMode mode)
    {
        Mode = mode;
        TaskCompletionSource before = _flowing;
        _flowing = mode == RelayMode.Hold ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : Done();
        before.TrySetResult();
        foreach (RelayedConnection connection in _open.Keys.Where(connection => mode == RelayMode.Cut || (mode == RelayMode.Pass && connection.HasLost)))
        {
            connection.Cut();
        }
    }

    /// <summary>Cuts every open connection once, with a reset; new ones are as <see cref="Mode"/> says.</summary>
    public void CutAll()
    {
        foreach (RelayedConnection connection in _open.Keys)
        {
            connection.Cut();
        }
    }

    /// <summary>Half-open for good, as after a firewall forgot a connection: those open now stand and carry nothing; new ones are as <see cref="Mode"/> says.</summary>
    public void AbandonAll()
    {
        foreach (RelayedConnection connection in _open.Keys)
        {
            connection.IsAbandoned = true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        CutAll();
        _flowing.TrySetResult();
        await _accepting;
    }

    /// <summary>Ends when bytes may move.</summary>
    internal async Task FlowingAsync()
    {
        while (Mode == RelayMode.Hold)
        {
            await _flowing.Task.WaitAsync(Stopping);
        }
    }

    /// <summary>Ends when the line has carried these bytes.</summary>
    internal Task CarriedAsync(int bytes)
    {
        Interlocked.Add(ref _passed, bytes);
        return BytesPerSecond == long.MaxValue ? Task.CompletedTask : Task.Delay(TimeSpan.FromSeconds((double)bytes / BytesPerSecond), Stopping);
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Socket client = await _listener.AcceptSocketAsync(Stopping);
                Interlocked.Increment(ref _accepted);
                _ = ServeAsync(client);
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                Debug.Assert(_stopping.IsCancellationRequested || end is SocketException, "The listener ends with the relay only.");
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var connection = new RelayedConnection(this, client);
        _open.TryAdd(connection, true);
        try
        {
            if (Mode == RelayMode.Cut)
            {
                connection.Cut();
                return;
            }

            await connection.RunAsync(_target);
        }
        catch (Exception end) when (end is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            connection.Cut();
        }
        finally
        {
            _open.TryRemove(connection, out _);
        }
    }
}
