using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Policies.Sessions.Streams;

/// <summary>A request in flight whose response, if it turns out to be a stream, ends with its session.</summary>
internal sealed class LiveStream
{
    private const string WebSocket = "websocket";

    /// <summary>How long a client and a destination have to part after the close frame.</summary>
    private static readonly TimeSpan Parting = TimeSpan.FromSeconds(2);
    private readonly HttpContext _context;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Func<CancellationToken, Task>? _close;
    private bool _sessionEnded;

    public LiveStream(HttpContext context, SessionLookup lookup, FoundToken found, TimeProvider time)
    {
        _context = context;
        _time = time;
        Lookup = lookup;
        Found = found;
        Key = lookup.KeyOf(found);
        context.Response.OnStarting(Started);
        MakeClosable(context.Features, context.Request);
    }

    public SessionLookup Lookup { get; }

    public FoundToken Found { get; }

    /// <summary>The session record's key.</summary>
    public string Key { get; }

    /// <summary>The session has ended: a stream ends now, or as soon as the response turns out to be one. True when it did.</summary>
    public bool End()
    {
        lock (_gate)
        {
            // Once the request is over its context belongs to another.
            bool ends = !_over.Task.IsCompleted && !_sessionEnded && _context.Response.HasStarted && IsStream;
            _sessionEnded = true;
            if (ends)
            {
                EndNow();
            }

            return ends;
        }
    }

    /// <summary>The request has been answered.</summary>
    public void Over()
    {
        lock (_gate)
        {
            _over.TrySetResult();
        }
    }

    /// <summary>The response is a WebSocket: takes the client's end of it.</summary>
    public Stream Open(Stream client)
    {
        lock (_gate)
        {
            var socket = new ClosableSocket(client);
            _close = socket.CloseAsync;
            if (_sessionEnded)
            {
                EndNow();
            }

            return socket;
        }
    }

    private bool IsStream =>
        _context.Response.StatusCode == StatusCodes.Status101SwitchingProtocols
        || _context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true }
        || Begins("text/event-stream")
        || Begins("application/grpc");

    private bool Begins(string type) => _context.Response.ContentType?.StartsWith(type, StringComparison.OrdinalIgnoreCase) is true;

    private void MakeClosable(IFeatureCollection features, HttpRequest request)
    {
        if (features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade && request.Headers.Upgrade.ToString().Equals(WebSocket, StringComparison.OrdinalIgnoreCase))
        {
            features.Set<IHttpUpgradeFeature>(new ClosableUpgrade(upgrade, this));
        }
        else if (features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: WebSocket } connect)
        {
            features.Set<IHttpExtendedConnectFeature>(new ClosableConnect(connect, this));
        }
    }

    private Task Started()
    {
        lock (_gate)
        {
            if (_sessionEnded && IsStream)
            {
                EndNow();
            }
        }

        return Task.CompletedTask;
    }

    private bool IsClosable => _context.Features.Get<IHttpUpgradeFeature>() is ClosableUpgrade || _context.Features.Get<IHttpExtendedConnectFeature>() is ClosableConnect;

    /// <summary>A WebSocket that is about to open ends when it has.</summary>
    private void EndNow()
    {
        if (_close is not null)
        {
            _ = CloseAsync(_close);
        }
        else if (!IsClosable)
        {
            _context.Abort();
        }
    }

    /// <summary>Says goodbye and gives both ends a moment; then the connection breaks off.</summary>
    private async Task CloseAsync(Func<CancellationToken, Task> close)
    {
        try
        {
            using var patience = new CancellationTokenSource(Parting, _time);
            await close(patience.Token);
            await _over.Task.WaitAsync(Parting, _time);
        }
#pragma warning disable CA1031 // A client that does not read, one that is gone: it is broken off.
        catch (Exception)
#pragma warning restore CA1031
        {
            lock (_gate)
            {
                if (!_over.Task.IsCompleted)
                {
                    _context.Abort();
                }
            }
        }
    }
}
