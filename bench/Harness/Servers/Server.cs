using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Harness.Servers;

/// <summary>A server process of this run, on a loopback port of its own; ended by its process id.</summary>
internal sealed class Server : IAsyncDisposable
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(10);
    private readonly Process _process;

    private Server(Process process, string command, int port)
    {
        (_process, Port) = (process, port);
        IsManaged = command == "dotnet";
        Leftovers.Watch(process);
    }

    public int Port { get; }

    /// <summary>A .NET program: it compiles hot methods anew, with what it has learnt, while it runs.</summary>
    public bool IsManaged { get; }

    public string Url => $"http://127.0.0.1:{Port}";

    public int ProcessId => _process.Id;

    /// <summary>Starts a command and waits until the port accepts connections.</summary>
    /// <exception cref="InvalidOperationException">It ended or did not listen in time.</exception>
    public static async Task<Server> StartAsync(int port, string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{command} did not start");
        var said = new Queue<string>();
        process.OutputDataReceived += (_, line) => Keep(said, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(said, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new Server(process, command, port);
        long begun = Stopwatch.GetTimestamp();
        while (!await AcceptsAsync(port))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(begun) > StartsWithin)
            {
                await server.DisposeAsync();
                throw new InvalidOperationException($"{command} does not listen on port {port}: {string.Join(" | ", said)}");
            }

            await Task.Delay(2);
        }

        return server;
    }

    /// <summary>A port that was free a moment ago, and that no outgoing connection takes meanwhile.</summary>
    public static int FreePort() => Gateway.Testing.FreePort.Next();

    /// <summary>Resident memory of the process, in bytes.</summary>
    public long ResidentBytes()
    {
        _process.Refresh();
        return _process.WorkingSet64;
    }

    /// <summary>Processor time of the process and its children (nginx and Varnish work in children).</summary>
    public TimeSpan ProcessorTime()
    {
        long ticks = 0;
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(static folder => char.IsAsciiDigit(folder[^1])))
        {
            ticks += Ticks(folder, _process.Id);
        }

        return TimeSpan.FromSeconds(ticks / 100.0);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync().WaitAsync(EndsWithin);
        Leftovers.Forget(_process);
        _process.Dispose();
    }

    private static async Task<bool> AcceptsAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>User and system time in hundredths of a second, of a process or of a child of it; else 0.</summary>
    private static long Ticks(string folder, int id)
    {
        try
        {
            string stat = File.ReadAllText(Path.Combine(folder, "stat"));
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            bool own = folder == $"/proc/{id}" || fields[1] == id.ToString(CultureInfo.InvariantCulture);
            return own ? long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture) : 0;
        }
        catch (IOException)
        {
            // It ended meanwhile.
            return 0;
        }
    }

    private static void Keep(Queue<string> said, string? line)
    {
        if (line is not null)
        {
            lock (said)
            {
                said.Enqueue(line);
                if (said.Count > 10)
                {
                    said.Dequeue();
                }
            }
        }
    }
}
