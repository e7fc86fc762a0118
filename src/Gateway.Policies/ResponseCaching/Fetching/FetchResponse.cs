using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>The response side of a detached request: what the forwarding pipeline writes goes to the sink at once, nothing is buffered.</summary>
internal sealed class FetchResponse : IHttpResponseFeature, IHttpResponseBodyFeature, IHttpResponseTrailersFeature
{
    private readonly IFetchSink _sink;
    private readonly Stack<(Func<object, Task> Callback, object State)> _starting = new();
    private readonly Stack<(Func<object, Task> Callback, object State)> _completed = new();
    private PipeWriter? _writer;

    public FetchResponse(IFetchSink sink)
    {
        _sink = sink;
        Stream = new FetchStream(this);
    }

    /// <summary>
    /// True: it starts when the header section is complete. Else with the first byte of the body, so that a destination that sends none
    /// can still be stood in for.
    /// </summary>
    public bool StartsEarly { get; init; }

    public int StatusCode { get; set; } = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    /// <summary>Passed on to those who read the body while it arrives; never stored.</summary>
    public IHeaderDictionary Trailers { get; set; } = new HeaderDictionary();

    public bool HasStarted { get; private set; }

    public Stream Stream { get; }

    public PipeWriter Writer => _writer ??= PipeWriter.Create(Stream, new StreamPipeWriterOptions(leaveOpen: true));

    /// <summary>Kept by ASP.NET Core for old callers.</summary>
    Stream IHttpResponseFeature.Body
    {
        get => Stream;
        set => throw new NotSupportedException();
    }

    public void OnStarting(Func<object, Task> callback, object state) => _starting.Push((callback, state));

    public void OnCompleted(Func<object, Task> callback, object state) => _completed.Push((callback, state));

    public void DisableBuffering()
    {
    }

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (HasStarted)
        {
            return;
        }

        HasStarted = true;
        while (_starting.TryPop(out var starting))
        {
            await starting.Callback(starting.State);
        }

        _sink.Begin(StatusCode, ReasonPhrase, Headers);
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await StartAsync(cancellation);
        await _sink.AppendAsync(bytes, cancellation);
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    public async Task CompleteAsync()
    {
        if (_writer is not null)
        {
            await _writer.FlushAsync();
        }

        await StartAsync();
    }

    /// <summary>Runs what waits for the end of the request, such as the disposal of its services.</summary>
    public async ValueTask RunCompletedAsync()
    {
        while (_completed.TryPop(out var completed))
        {
            await completed.Callback(completed.State);
        }
    }
}
