namespace Gateway.Testing;

/// <summary>A routes file of the test's own, in a folder of its own.</summary>
public sealed class RoutesFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-routes-").FullName;

    public RoutesFile(string json) => Write(json);

    public string Path => System.IO.Path.Combine(_folder, "routes.json");

    /// <summary>Writes the whole file anew, in place.</summary>
    public void Write(string json) => File.WriteAllText(Path, json);

    /// <summary>Writes beside the file, then renames over it, as many editors save.</summary>
    public void Replace(string json)
    {
        string beside = Path + ".new";
        File.WriteAllText(beside, json);
        File.Move(beside, Path, overwrite: true);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
