namespace Gateway.Configuration.Settings;

/// <summary>Finds the routes file.</summary>
/// <param name="Path">The full path.</param>
/// <param name="Shown">As messages write it: relative to the current directory when it lies below.</param>
public sealed record RoutesFileLocation(string Path, string Shown)
{
    private const string DefaultFile = "config/appsettings.routes.json";

    /// <summary>
    /// The file that is named; else <c>config/appsettings.routes.json</c> below the current directory, else beside the executable.
    /// The file need not exist.
    /// </summary>
    public static RoutesFileLocation Of(string? named, string currentDirectory, string baseDirectory)
    {
        string path = System.IO.Path.GetFullPath(named ?? DefaultFile, currentDirectory);
        string beside = System.IO.Path.Combine(baseDirectory, DefaultFile);
        if (named is null && !File.Exists(path) && File.Exists(beside))
        {
            path = beside;
        }

        string relative = System.IO.Path.GetRelativePath(currentDirectory, path);
        return new RoutesFileLocation(path, relative.StartsWith("..", StringComparison.Ordinal) ? path : relative);
    }
}
