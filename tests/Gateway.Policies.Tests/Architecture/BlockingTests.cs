using System.Text.RegularExpressions;
using Xunit;

namespace Gateway.Policies.Tests.Architecture;

/// <summary>
/// Nothing blocks a thread that others need: the threads that hear of sockets carry responses on themselves
/// (docs/decisions/0013-responses-carried-on-where-they-arrive.md). Blocking calls are only in files with a thread of their own.
/// </summary>
public sealed partial class BlockingTests
{
    private static readonly string[] OwnThread = ["src/Gateway/Telemetry/LineSink.cs", "deps/Pipelines.Sockets.Unofficial/DedicatedThreadPoolPipeScheduler.cs"];

    [Fact]
    public void Threads_ThatOthersNeed_AreNotBlocked() => Violations.AssertNone(
        from file in SourceTree.Files("src", "deps")
        where !OwnThread.Contains(file.Path)
        from line in file.Code
        where Blocks().IsMatch(line)
        select $"{file.Path}: {line.Trim()}");

    [Fact]
    public void Files_WithAThreadOfTheirOwn_AreThere() => Assert.Empty(OwnThread.Except(SourceTree.Files("src", "deps").Select(static file => file.Path)));

    [GeneratedRegex(@"\bThread\.Sleep\(|\.GetResult\(\)|\.Wait\(|\.WaitOne\(|\bTask\.Wait(All|Any)\(|\bMonitor\.Wait\(|\bSpinWait\b")]
    private static partial Regex Blocks();
}
