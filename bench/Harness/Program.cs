using Harness;
using Harness.Growth;
using Harness.LongRun;
using Harness.Scaling;

return args switch
{
    ["side-by-side", .. var rest] => await RunAsync(Usage.SideBySide, rest, rounds: 5, Harness.SideBySide.Run.AllAsync, seconds: 1),
    ["growth", .. var rest] => await RunAsync(Usage.Growth, rest, rounds: 3, GrowthRun.AllAsync),
    ["long-run", .. var rest] => await RunAsync(Usage.LongRun, rest, rounds: 1, Endurance.RunAsync),
    ["scaling", .. var rest] => await RunAsync(Usage.Scaling, rest, rounds: 3, ScalingRun.AllAsync, seconds: 1),
    _ => NoCommand(),
};

static async Task<int> RunAsync(string usage, string[] args, int rounds, Func<Options, Task<int>> run, int seconds = 2) =>
    Options.Parse(usage, args, rounds, seconds) is { } options ? await run(options) : 2;

static int NoCommand()
{
    Console.Error.WriteLine("usage: bench/side-by-side | bench/growth | bench/long-run | bench/scaling");
    return 2;
}
