using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Benchmarks.Support;

/// <summary>Calls what waits for the response's start, as a server does, last come first.</summary>
internal sealed class BenchResponse : HttpResponseFeature
{
    private readonly List<(Func<object, Task> Callback, object State)> _starting = [];
    private bool _started;

    public override bool HasStarted => _started;

    public override void OnStarting(Func<object, Task> callback, object state) => _starting.Add((callback, state));

    public Task StartAsync()
    {
        Task started = Task.CompletedTask;
        for (int i = _started ? -1 : _starting.Count - 1; i >= 0; i--)
        {
            started = _starting[i].Callback(_starting[i].State);
        }

        _started = true;
        return started;
    }

    /// <summary>The callbacks are kept, to be called again.</summary>
    public void TakeBack() => _started = false;

    public void Reset()
    {
        _started = false;
        _starting.Clear();
        Headers.Clear();
        StatusCode = StatusCodes.Status200OK;
        ReasonPhrase = null;
    }
}
