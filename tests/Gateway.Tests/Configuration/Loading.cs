using System.Runtime.CompilerServices;
using Gateway.Configuration;
using Gateway.Configuration.Mistakes;
using Gateway.Testing;
using Xunit;

namespace Gateway.Tests.Configuration;

/// <summary>Loads configurations for tests: from a text, with an environment of the test's own.</summary>
internal static class Loading
{
    public static string RepositoryRoot { get; } = FindRoot();

    public static string ShippedFile { get; } = Path.Combine(RepositoryRoot, "config", "appsettings.routes.json");

    public static SnapshotLoader Loader(RoutesFile file, RunOptions? options = null, Dictionary<string, string>? environment = null)
    {
        string folder = Path.GetDirectoryName(file.Path)!;
        options ??= new RunOptions();
        return new SnapshotLoader(
            options.To is null ? options with { ConfigFile = Path.GetFileName(file.Path) } : options, environment ?? [], folder, folder, TimeProvider.System);
    }

    public static async Task<LoadResult> LoadAsync(string json, RunOptions? options = null, Dictionary<string, string>? environment = null)
    {
        using var file = new RoutesFile(json);
        return await Loader(file, options, environment).LoadAsync(1, CancellationToken.None);
    }

    public static async Task<GatewaySnapshot> LoadValidAsync(string json, RunOptions? options = null, Dictionary<string, string>? environment = null)
    {
        LoadResult read = await LoadAsync(json, options, environment);
        Assert.True(read.IsValid, string.Join('\n', read.Mistakes));
        return read.Snapshot;
    }

    /// <summary>The only mistake of a configuration.</summary>
    public static async Task<ConfigMistake> MistakeOfAsync(string json, RunOptions? options = null, Dictionary<string, string>? environment = null)
    {
        LoadResult read = await LoadAsync(json, options, environment);
        Assert.Null(read.Snapshot);
        return Assert.Single(read.Mistakes, mistake => !mistake.IsWarning);
    }

    private static string FindRoot([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));
}
