using Gateway.Configuration.Mistakes;

namespace Gateway.Configuration.Settings;

/// <summary>Reads all layers and lays them over each other; later wins: appsettings.json, routes file, environment, command line.</summary>
internal sealed class SettingsLayers
{
    private const string DefaultUrls = "http://localhost:8080";
    private readonly RunOptions _options;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly string _baseFile;

    /// <param name="environment">Environment variables.</param>
    /// <param name="currentDirectory">Where relative paths begin.</param>
    /// <param name="baseDirectory">Where the executable and its appsettings.json lie.</param>
    public SettingsLayers(RunOptions options, IReadOnlyDictionary<string, string> environment, string currentDirectory, string baseDirectory)
    {
        (_options, _environment) = (options, environment);
        _baseFile = Path.Combine(baseDirectory, "appsettings.json");
        string? named = options.ConfigFile ?? environment.GetValueOrDefault("GATEWAY_CONFIG");
        RoutesFile = options.To is null ? RoutesFileLocation.Of(named is "" ? null : named, currentDirectory, baseDirectory) : null;
    }

    /// <summary>The file that is read and watched; null with <c>--to</c>.</summary>
    public RoutesFileLocation? RoutesFile { get; }

    /// <summary>The effective settings; null when a file could not be read at all.</summary>
    public async Task<SettingNode?> ReadAsync(MistakeList mistakes, CancellationToken cancellation)
    {
        SettingNode? root = File.Exists(_baseFile)
            ? await ReadFileAsync(_baseFile, "appsettings.json", mistakes, cancellation)
            : SettingNode.Root(new SettingOrigin("built-in settings"));
        SettingNode? routes = RoutesFile is null
            ? ForwardAllSettings.For(_options.To!)
            : await ReadFileAsync(RoutesFile.Path, RoutesFile.Shown, mistakes, cancellation);
        if (root is null || routes is null)
        {
            return null;
        }

        root.Overlay(routes);
        EnvironmentSettings.Lay(root, _environment, mistakes);
        CommandLineSettings.Lay(root, _options);
        ListenSomewhere(root);
        return root;
    }

    // Endpoints in the Kestrel section win over Urls: beside them a default would only raise a warning.
    private static void ListenSomewhere(SettingNode root)
    {
        if (root.Find("Urls") is null && root.Find("Kestrel:Endpoints") is null)
        {
            OverrideSetting.Put(root, "Urls", DefaultUrls, new SettingOrigin("built-in settings"));
        }
    }

    private static async Task<SettingNode?> ReadFileAsync(string path, string shown, MistakeList mistakes, CancellationToken cancellation)
    {
        try
        {
            return JsonSettings.Read(await File.ReadAllBytesAsync(path, cancellation), shown, mistakes);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            mistakes.Add(new ConfigMistake(new SettingOrigin(shown), "", "the file does not exist", "a file named with --config, or --to URL for none at all"));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            mistakes.Add(new ConfigMistake(new SettingOrigin(shown), "", $"the file cannot be read ({unreadable.Message})"));
        }

        return null;
    }
}
