using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Policies.Tests.ResponseCaching.Support;

/// <summary>
/// A destination that sends, byte for byte, what a test wrote: for each path a list of raw responses, the last of which repeats. The
/// connection is closed after each, and says so. An empty response closes the connection without an answer.
/// </summary>
internal sealed class ScriptedDestination : IAsyncDisposable
{
    private readonly bool _staysOpen;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, Func<RawMessage, int, string>> _scripts = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<RawMessage>> _requests = new();
    private readonly Task _accepting;

    /// <param name="staysOpen">True: the connection stays open after the response, though nothing more is answered on it.</param>
    public ScriptedDestination(bool staysOpen = false)
    {
        _staysOpen = staysOpen;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Answers requests for a path (query included) with the script's text; the number counts from 0.</summary>
    public void On(string target, Func<RawMessage, int, string> script) => _scripts[target] = script;

    public IReadOnlyList<RawMessage> RequestsFor(string target) => _requests.TryGetValue(target, out var seen) ? [.. seen] : [];

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await AnswerOneAsync(client.GetStream());
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException)
            {
                // The gateway went away.
            }
        }
    }

    /// <summary>Says that the connection is closed, so that nobody tries to use it again; lines of its own come after the status line.</summary>
    private static string WithClose(string response)
    {
        int final = response.LastIndexOf("HTTP/1.1 ", StringComparison.Ordinal);
        int line = final < 0 ? -1 : response.IndexOf("\r\n", final, StringComparison.Ordinal);
        return line < 0 ? response : response.Insert(line + 2, "Connection: close\r\n");
    }

    private async Task AnswerOneAsync(NetworkStream stream)
    {
        if (await RawStream.ReadRequestAsync(stream, _stopping.Token) is not { } request)
        {
            return;
        }

        var seen = _requests.GetOrAdd(request.Target, _ => new ConcurrentQueue<RawMessage>());
        int number = seen.Count;
        seen.Enqueue(request);
        string response = _scripts.TryGetValue(request.Target, out var script) ? script(request, number) : "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
        await stream.WriteAsync(Encoding.Latin1.GetBytes(_staysOpen ? response : WithClose(response)), _stopping.Token);
        if (_staysOpen)
        {
            await RawStream.ReadRequestAsync(stream, _stopping.Token);
        }
    }
}
