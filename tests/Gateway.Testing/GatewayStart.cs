using System.Diagnostics;

namespace Gateway.Testing;

/// <summary>How a gateway process is started, where its arguments alone do not say it.</summary>
public sealed record GatewayStart
{
    private static readonly Lazy<bool> EnvSetsSignals = new(CanEnvSetSignals);

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables beside those of the test process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Signals that the gateway is born ignoring, as <c>nohup</c> and a shell's <c>&amp;</c> do it: <c>HUP,INT</c>. Default: none.</summary>
    public string? IgnoredSignals { get; init; }

    /// <summary>
    /// A child inherits which signals its parent ignores, and a test run in a script's background ignores Ctrl-C. What the tests start
    /// must not depend on that.
    /// </summary>
    internal ProcessStartInfo ToStartInfo(string executable, params string[] more)
    {
        string[] command = ["dotnet", executable, .. Arguments, .. more];
        string[] all = (IgnoredSignals, EnvSetsSignals.Value) switch
        {
            (null, true) => ["env", "--default-signal=INT,QUIT,TERM,HUP", .. command],
            (null, false) => command,
            _ => ["env", $"--ignore-signal={IgnoredSignals}", .. command],
        };
        var start = new ProcessStartInfo(all[0], all[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    // GNU coreutils since 8.31.
    private static bool CanEnvSetSignals()
    {
        using Process env = Process.Start(new ProcessStartInfo("env", ["--default-signal=INT", "true"]) { RedirectStandardError = true })!;
        env.WaitForExit();
        return env.ExitCode == 0;
    }
}
