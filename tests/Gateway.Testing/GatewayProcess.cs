using System.Diagnostics;
using System.Net;
using System.Text;

namespace Gateway.Testing;

/// <summary>The gateway as a user runs it: the built executable in a process of its own, on free loopback ports.</summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    private const int Attempts = 3;
    private const string PortTaken = "another process listens there";
    private static readonly string Executable = Path.Combine(AppContext.BaseDirectory, "Gateway.dll");
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private GatewayProcess(Process process, string address, string admin)
    {
        _process = process;
        Address = address;
        Admin = admin;
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, AutomaticDecompression = DecompressionMethods.None })
        {
            BaseAddress = new Uri(address),
        };
        process.OutputDataReceived += Remember;
        process.ErrorDataReceived += Remember;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The proxy, for example <c>http://127.0.0.1:40001</c>.</summary>
    public string Address { get; }

    /// <summary>The admin listener.</summary>
    public string Admin { get; }

    /// <summary>Speaks to the proxy; follows no redirect, keeps no cookie.</summary>
    public HttpClient Client { get; }

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Everything printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts the gateway with these arguments and returns once it is ready.</summary>
    public static Task<GatewayProcess> StartAsync(params string[] arguments) => StartAsync(new GatewayStart { Arguments = arguments });

    /// <inheritdoc cref="StartAsync(string[])"/>
    public static async Task<GatewayProcess> StartAsync(GatewayStart start)
    {
        for (int attempt = 1; ; attempt++)
        {
            GatewayProcess gateway = Start(start);
            if (await gateway.IsReadyAsync())
            {
                return gateway;
            }

            string output = gateway.Output;
            await gateway.DisposeAsync();
            if (attempt == Attempts || !output.Contains(PortTaken, StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"The gateway did not become ready. It printed:\n{output}");
            }
        }
    }

    /// <summary>Starts the gateway on the settings in <paramref name="json"/>, written to a file of the test's own.</summary>
    public static Task<GatewayProcess> StartAsync(RoutesFile file, params string[] arguments) =>
        StartAsync(["--config", file.Path, .. arguments]);

    /// <summary>Starts the process without waiting, for runs that are meant to end by themselves.</summary>
    public static GatewayProcess Start(params string[] arguments) => Start(new GatewayStart { Arguments = arguments });

    /// <inheritdoc cref="Start(string[])"/>
    public static GatewayProcess Start(GatewayStart start)
    {
        string address = $"http://127.0.0.1:{FreePort.Next()}";
        string admin = $"http://127.0.0.1:{FreePort.Next()}";
        Process process = Process.Start(start.ToStartInfo(Executable, "--urls", address, "--admin-urls", admin))!;
        ChildGuard.Watch(process.Id);
        return new GatewayProcess(process, address, admin);
    }

    /// <summary>Runs one command of the executable to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using Process process = Process.Start(new GatewayStart { Arguments = arguments }.ToStartInfo(Executable))!;
        ChildGuard.Watch(process.Id);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        ChildGuard.Forget(process.Id);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>SIGTERM.</summary>
    public void Terminate() => ProcessSignal.Send(ProcessId, ProcessSignal.Terminate);

    /// <summary>Waits for the process to end by itself and returns its exit code.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan atMost)
    {
        await _process.WaitForExitAsync().WaitAsync(atMost);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        ChildGuard.Forget(_process.Id);
        _process.Dispose();
    }

    /// <summary>False: it has ended, or does not become ready.</summary>
    private async Task<bool> IsReadyAsync()
    {
        using var admin = new HttpClient { BaseAddress = new Uri(Admin), Timeout = TimeSpan.FromSeconds(2) };
        for (int attempt = 0; attempt < 600 && !HasExited; attempt++)
        {
            try
            {
                if ((await admin.GetAsync("/healthz/ready")).IsSuccessStatusCode)
                {
                    return true;
                }
            }
            catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
            {
                // Not listening yet.
            }

            await Task.Delay(50);
        }

        if (HasExited)
        {
            // All it printed is there then.
            await _process.WaitForExitAsync();
        }

        return false;
    }

    private void Remember(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            _output.AppendLine(line.Data);
        }
    }
}
