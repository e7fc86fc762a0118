using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Policies.Sessions.Streams;

/// <summary>A request in flight whose response, if it turns out to be a stream, ends with its session.</summary>
internal sealed class LiveStream
{
    private readonly HttpContext _context;
    private readonly Lock _gate = new();
    private bool _sessionEnded;
    private bool _over;

    public LiveStream(HttpContext context, SessionLookup lookup, FoundToken found)
    {
        _context = context;
        Lookup = lookup;
        Found = found;
        Key = lookup.KeyOf(found);
        context.Response.OnStarting(Started);
    }

    public SessionLookup Lookup { get; }

    public FoundToken Found { get; }

    /// <summary>The session record's key.</summary>
    public string Key { get; }

    /// <summary>The session has ended: a stream is cut off now, or as soon as the response turns out to be one. True when it was cut off.</summary>
    public bool End()
    {
        lock (_gate)
        {
            // Once the request is over its context belongs to another.
            bool cuts = !_over && !_sessionEnded && _context.Response.HasStarted && IsStream;
            _sessionEnded = true;
            if (cuts)
            {
                _context.Abort();
            }

            return cuts;
        }
    }

    /// <summary>The request has been answered.</summary>
    public void Over()
    {
        lock (_gate)
        {
            _over = true;
        }
    }

    private bool IsStream =>
        _context.Response.StatusCode == StatusCodes.Status101SwitchingProtocols
        || _context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true }
        || Begins("text/event-stream")
        || Begins("application/grpc");

    private bool Begins(string type) => _context.Response.ContentType?.StartsWith(type, StringComparison.OrdinalIgnoreCase) is true;

    private Task Started()
    {
        lock (_gate)
        {
            if (_sessionEnded && IsStream)
            {
                _context.Abort();
            }
        }

        return Task.CompletedTask;
    }
}
