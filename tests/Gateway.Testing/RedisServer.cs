using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Testing;

/// <summary>A real redis-server of the test's own on 127.0.0.1: its own port and folder, ended by its own process id, and with the test process at the latest.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private const int Attempts = 3;
    private readonly Func<RedisServer, string[]> _arguments;
    private readonly string? _configuration;
    private readonly RedisTls? _tls;
    private Process? _process;

    private RedisServer(Func<RedisServer, string[]> arguments, string? configuration, RedisTls? tls)
    {
        _arguments = arguments;
        _configuration = configuration;
        _tls = tls;
    }

    public int Port { get; private set; } = FreePort.Next();

    public int ProcessId => _process!.Id;

    public bool IsRunning => _process is { HasExited: false };

    public string Connection => $"127.0.0.1:{Port}";

    /// <summary>For files of its own; gone with the server.</summary>
    internal string Folder { get; } = Directory.CreateTempSubdirectory("gateway-redis-").FullName;

    private string LogFile => Path.Combine(Folder, "log");

    private string ConfigurationFile => Path.Combine(Folder, "redis.conf");

    /// <summary>Starts a server and returns once it accepts connections.</summary>
    /// <param name="arguments">More redis-server arguments, for example <c>--requirepass</c>, <c>secret</c>.</param>
    public static Task<RedisServer> StartAsync(params string[] arguments) => StartAsync(_ => arguments);

    /// <summary>Starts a server whose arguments depend on its port or folder.</summary>
    /// <param name="arguments">Asked for them at every start.</param>
    /// <param name="configuration">A configuration file's text for the first start; the server may write the file anew.</param>
    /// <param name="tls">Null: plain TCP, and who connects may do all.</param>
    internal static async Task<RedisServer> StartAsync(Func<RedisServer, string[]> arguments, string? configuration = null, RedisTls? tls = null)
    {
        var server = new RedisServer(arguments, configuration, tls);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await server.StartAgainAsync();
                return server;
            }
            catch (InvalidOperationException) when (attempt < Attempts && server._process is { HasExited: true })
            {
                // Somebody else took the port meanwhile.
                server.Port = FreePort.Next();
            }
        }
    }

    /// <summary>Starts the process anew on the same port, for example after <see cref="KillAsync"/>.</summary>
    public async Task StartAgainAsync()
    {
        string[] own = ["--bind", "127.0.0.1", "--port", $"{Port}", "--dir", Folder, "--save", "", "--appendonly", "no", "--logfile", LogFile];
        if (_configuration is not null && !File.Exists(ConfigurationFile))
        {
            await File.WriteAllTextAsync(ConfigurationFile, _configuration);
        }

        // A file makes it a Sentinel, which knows no replication.
        string[] file = _configuration is null ? [] : [ConfigurationFile];
        string[] secure = (_tls, _configuration) switch
        {
            (null, _) => [],
            (_, null) => _tls.ArgumentsOf(this),
            _ => _tls.ArgumentsOfAny(this),
        };
        try
        {
            _process = Process.Start(new ProcessStartInfo("redis-server", [.. file, .. own, .. secure, .. _arguments(this)]) { RedirectStandardOutput = true })!;
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException("redis-server is not installed. Install it with: apt-get install redis-server (./test.sh does).", missing);
        }

        ChildGuard.Watch(_process.Id);
        await UntilItAcceptsAsync();
    }

    /// <summary>Sends one command over a connection of its own and returns the first line of the answer, for example <c>+OK</c> or <c>-ERR …</c>.</summary>
    /// <param name="command">In one line, for example <c>CLIENT KILL TYPE normal</c>.</param>
    /// <param name="password">Where the server asks for one.</param>
    public async Task<string?> SendAsync(string command, string? password = null)
    {
        await using var line = await RedisLine.OpenAsync(Port, password, _tls);
        return await line.SendAsync(command);
    }

    /// <summary>Sends one command over a connection of its own and returns the whole answer, for example of <c>CLUSTER NODES</c>.</summary>
    /// <exception cref="InvalidOperationException">Redis answered an error.</exception>
    public async Task<string> AskAsync(string command, string? password = null)
    {
        await using var line = await RedisLine.OpenAsync(Port, password, _tls);
        return await line.AskAsync(command);
    }

    /// <summary>SIGKILL: connections break, memory is lost.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: false } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
            ChildGuard.Forget(process.Id);
        }
    }

    /// <summary>SIGKILL and a new process on the same port: memory is lost.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        await StartAgainAsync();
    }

    /// <summary>SIGSTOP: connections stay open and nothing answers.</summary>
    public void Pause() => ProcessSignal.Send(ProcessId, ProcessSignal.Stop);

    /// <summary>SIGCONT: goes on where <see cref="Pause"/> stopped it.</summary>
    public void Resume() => ProcessSignal.Send(ProcessId, ProcessSignal.Continue);

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task UntilItAcceptsAsync()
    {
        for (int attempt = 0; !await AcceptsAsync(); attempt++)
        {
            if (attempt == 1000 || _process!.HasExited)
            {
                throw new InvalidOperationException($"redis-server did not start on port {Port}: {(File.Exists(LogFile) ? await File.ReadAllTextAsync(LogFile) : "no log")}");
            }

            await Task.Delay(10);
        }
    }

    private async Task<bool> AcceptsAsync()
    {
        if (_process!.HasExited)
        {
            return false;
        }

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
