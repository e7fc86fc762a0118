using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>The life of a detached request: its own, not any client's. Aborted by the pipeline when the destination breaks off.</summary>
internal sealed class FetchLifetime : IHttpRequestLifetimeFeature, IHttpRequestTimeoutFeature, IHttpRequestBodyDetectionFeature, IDisposable
{
    // Never disposed: the last reader may leave, and abort, while the fetch ends.
    private readonly CancellationTokenSource _aborted = new();
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenRegistration _link;

    public FetchLifetime(TimeSpan? timeout, TimeProvider time)
    {
        _timeout = timeout is { } limit ? new CancellationTokenSource(limit, time) : new CancellationTokenSource();
        _link = _timeout.Token.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _aborted);
        RequestAborted = _aborted.Token;
    }

    public CancellationToken RequestAborted { get; set; }

    public CancellationToken RequestTimeoutToken => _timeout.Token;

    /// <summary>True once the response can no longer be whole.</summary>
    public bool IsAborted => _aborted.IsCancellationRequested;

    /// <summary>Detached requests have no body.</summary>
    public bool CanHaveBody => false;

    public void Abort() => _aborted.Cancel();

    public void DisableTimeout() => _timeout.CancelAfter(Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _link.Dispose();
        _timeout.Dispose();
    }
}
