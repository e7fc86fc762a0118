using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Gateway.Testing;

namespace Harness.Servers;

/// <summary>What a run that ends early would leave behind: its processes, each known by its id, and its folders.</summary>
internal static class Leftovers
{
    private const int Interrupted = 130;
    private static readonly ConcurrentDictionary<Process, bool> Processes = [];
    private static readonly ConcurrentDictionary<string, bool> Folders = [];

    // Kept: a registration that nobody holds is taken back.
    private static readonly PosixSignalRegistration[] Signals =
        [.. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP]).Select(static signal => PosixSignalRegistration.Create(signal, End))];

    static Leftovers() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => RemoveAll();

    /// <summary>Until it is forgotten, the process ends when this one does, even when this one is killed.</summary>
    public static void Watch(Process process)
    {
        Processes[process] = true;
        ChildGuard.Watch(process.Id);
    }

    /// <summary>The process has ended.</summary>
    public static void Forget(Process process)
    {
        Processes.TryRemove(process, out _);
        ChildGuard.Forget(process.Id);
    }

    public static string NewFolder(string prefix)
    {
        string folder = Directory.CreateTempSubdirectory(prefix).FullName;
        Folders[folder] = true;
        return folder;
    }

    public static void Delete(string folder)
    {
        Folders.TryRemove(folder, out _);
        Directory.Delete(folder, recursive: true);
    }

    private static void End(PosixSignalContext context)
    {
        context.Cancel = true;
        Environment.Exit(Interrupted);
    }

    /// <summary>Others still work on the same: what has gone meanwhile is no reason to leave the rest.</summary>
    private static void RemoveAll()
    {
        foreach (Process process in Processes.Keys)
        {
            Try(() => process.Kill(entireProcessTree: true));
        }

        foreach (string folder in Folders.Keys)
        {
            Try(() => Directory.Delete(folder, recursive: true));
        }
    }

    private static void Try(Action remove)
    {
        try
        {
            remove();
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception or AggregateException or IOException or UnauthorizedAccessException)
        {
            // It is no more, or is written to as it goes.
        }
    }
}
