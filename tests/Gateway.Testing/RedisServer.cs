using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Testing;

/// <summary>A real redis-server of the test's own on 127.0.0.1: its own port and folder, ended by its own process id.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-redis-").FullName;
    private readonly string[] _arguments;
    private Process? _process;

    private RedisServer(int port, string[] arguments)
    {
        Port = port;
        _arguments = arguments;
    }

    public int Port { get; }

    public int ProcessId => _process!.Id;

    public string Connection => $"127.0.0.1:{Port}";

    /// <summary>Starts a server and returns once it accepts connections.</summary>
    /// <param name="arguments">More redis-server arguments, for example <c>--requirepass</c>, <c>secret</c>.</param>
    public static async Task<RedisServer> StartAsync(params string[] arguments)
    {
        var server = new RedisServer(FreePort.Next(), arguments);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts the process anew on the same port, for example after <see cref="KillAsync"/>.</summary>
    public async Task StartAgainAsync()
    {
        string[] own = ["--bind", "127.0.0.1", "--port", $"{Port}", "--dir", _folder, "--save", "", "--appendonly", "no", "--logfile", Path.Combine(_folder, "log")];
        try
        {
            _process = Process.Start(new ProcessStartInfo("redis-server", [.. own, .. _arguments]) { RedirectStandardOutput = true })!;
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException("redis-server is not installed. Install it with: apt-get install redis-server (./test.sh does).", missing);
        }

        for (int attempt = 0; !await AcceptsAsync(); attempt++)
        {
            if (attempt == 200 || _process.HasExited)
            {
                throw new InvalidOperationException($"redis-server did not start on port {Port}: {await File.ReadAllTextAsync(Path.Combine(_folder, "log"))}");
            }

            await Task.Delay(25);
        }
    }

    /// <summary>Sends one command over a connection of its own and returns the first line of the answer, for example <c>+OK</c> or <c>-ERR …</c>.</summary>
    /// <param name="command">In one line, for example <c>CLIENT KILL TYPE normal</c>.</param>
    /// <param name="password">Where the server asks for one.</param>
    public async Task<string?> SendAsync(string command, string? password = null)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        await using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        using var reader = new StreamReader(client.GetStream());
        if (password is not null)
        {
            await writer.WriteLineAsync($"AUTH {password}");
            await reader.ReadLineAsync();
        }

        await writer.WriteLineAsync(command);
        return await reader.ReadLineAsync();
    }

    /// <summary>SIGKILL: connections break, memory is lost.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    /// <summary>SIGSTOP: connections stay open and nothing answers.</summary>
    public void Pause() => ProcessSignal.Send(ProcessId, ProcessSignal.Stop);

    /// <summary>SIGCONT: goes on where <see cref="Pause"/> stopped it.</summary>
    public void Resume() => ProcessSignal.Send(ProcessId, ProcessSignal.Continue);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> AcceptsAsync()
    {
        try
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
