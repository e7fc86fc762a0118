using System.CommandLine;
using Gateway.Configuration;
using Gateway.Configuration.Mistakes;

namespace Gateway.Commands;

/// <summary><c>gateway check [FILE]</c>: reads the configuration as a start would, and shows every mistake.</summary>
internal static class CheckCommand
{
    public static Command Create(CommonOptions options)
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "The routes file; wins over --config",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var check = new Command("check", "Check the configuration: exit 0, or 1 with every mistake") { file };
        check.SetAction((parsed, cancellation) => RunAsync(options.Read(parsed, parsed.GetValue(file)), parsed.InvocationConfiguration.Output, cancellation));
        return check;
    }

    private static async Task<int> RunAsync(RunOptions options, TextWriter output, CancellationToken cancellation)
    {
        var loader = SnapshotLoader.ForProcess(options, TimeProvider.System);
        LoadResult read = await loader.LoadAsync(1, cancellation);
        await MistakeText.WriteAsync(read.Mistakes, output);
        if (!read.IsValid)
        {
            return 1;
        }

        await output.WriteLineAsync($"{loader.RoutesFile?.Shown ?? "--to"}: OK, {Summary(read.Snapshot)}");
        return 0;
    }

    private static string Summary(GatewaySnapshot snapshot)
    {
        int limits = snapshot.Policies.Values.SelectMany(route => route.RateLimits).Select(limit => limit.Name).Distinct().Count();
        int caches = snapshot.Policies.Values.Select(route => route.Cache?.Name).OfType<string>().Distinct().Count();
        int sessions = snapshot.Policies.Values.Select(route => route.Session?.Name).OfType<string>().Distinct().Count();
        return $"{Count(snapshot.Routes.Count, "route")}, {Count(snapshot.Clusters.Count, "cluster")}; in use: "
            + $"{Count(limits, "rate limit")}, {Count(caches, "cache policy", "cache policies")}, {Count(sessions, "session policy", "session policies")}";
    }

    private static string Count(int count, string one, string? several = null) => $"{count} {(count == 1 ? one : several ?? $"{one}s")}";
}
