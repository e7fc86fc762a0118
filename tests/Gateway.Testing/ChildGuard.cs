using System.Diagnostics;
using System.Globalization;

namespace Gateway.Testing;

/// <summary>
/// Ends the processes the tests have started even when the test process is killed. One shell for the whole test process reads their
/// ids from a pipe; when the pipe ends, for whatever reason, it kills those not yet taken off, and their children.
/// </summary>
public static class ChildGuard
{
    // It ignores Ctrl-C, which a terminal sends to it as well: it has to outlive the test process.
    private const string Script = """
        trap '' INT TERM HUP
        pids=' '
        while read -r what pid; do
          case $what in
            watch) pids="$pids$pid " ;;
            forget) pids="${pids%% $pid *} ${pids#* $pid }" ;;
          esac
        done
        for pid in $pids; do kill -9 "$pid" $(cat "/proc/$pid/task/"*/children 2>/dev/null) 2>/dev/null; done
        """;

    private static readonly Lock Gate = new();
    private static Process? _shell;

    public static void Watch(int processId) => Tell("watch", processId);

    /// <summary>The process has ended; its id may soon be another's.</summary>
    public static void Forget(int processId) => Tell("forget", processId);

    private static void Tell(string what, int processId)
    {
        lock (Gate)
        {
            _shell ??= Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script]) { RedirectStandardInput = true })!;
            _shell.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {processId}"));
            _shell.StandardInput.Flush();
        }
    }
}
