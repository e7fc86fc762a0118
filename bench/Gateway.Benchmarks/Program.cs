// Micro-benchmarks of the hot path: dotnet run -c Release --project bench/Gateway.Benchmarks -- --filter '*'
// With --quick each is run once for a moment: whether it runs, not how long it takes.
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using Gateway.Benchmarks.Support;
using Perfolizer.Horology;

bool quick = args.Contains("--quick");
string artifacts = Path.Combine("bench", ".out", "benchmarks");
IConfig config = ManualConfig.Create(DefaultConfig.Instance)
    .WithArtifactsPath(artifacts)
    .AddDiagnoser(MemoryDiagnoser.Default)
    // Measured inside this process: nothing is generated and built besides. (The toolchain that emits code does not await set-ups.)
    .AddJob(Job.Default
        .WithToolchain(InProcessNoEmitToolchain.Instance)
        .WithWarmupCount(quick ? 1 : 4)
        .WithIterationCount(quick ? 1 : 9)
        .WithIterationTime(TimeInterval.FromMilliseconds(quick ? 10 : 150)));

Summary[] summaries = [.. BenchmarkSwitcher.FromAssembly(typeof(ReportText).Assembly).Run([.. args.Where(static arg => arg != "--quick")], config)];
if (summaries.Length > 0)
{
    string text = ReportText.Of(summaries);
    Console.WriteLine(text);
    await File.WriteAllTextAsync(Path.Combine(artifacts, "report.md"), text);
}

return summaries.All(static summary => summary.Reports.All(static report => report.Success)) ? 0 : 1;
