using System.Runtime.InteropServices;

namespace Gateway.Testing;

/// <summary>POSIX signals to the processes a test has started itself.</summary>
public static partial class ProcessSignal
{
    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    public static void Send(int processId, int signal)
    {
        if (SendSignal(processId, signal) != 0)
        {
            throw new InvalidOperationException($"kill -{signal} {processId} failed: the process is not running.");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);
}
