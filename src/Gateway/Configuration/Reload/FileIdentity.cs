using Microsoft.Win32.SafeHandles;

namespace Gateway.Configuration.Reload;

/// <summary>
/// Tells whether a file is still the same. Taken from the opened file, so links are followed to the end however many there are: a
/// symlink swap changes it (another file was made at another time), and so does a rename over the file or a write into it.
/// </summary>
internal readonly record struct FileIdentity(DateTime Made, DateTime Written, long Length)
{
    /// <summary>Null while the file cannot be opened.</summary>
    public static FileIdentity? Of(string path)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return new FileIdentity(File.GetCreationTimeUtc(file), File.GetLastWriteTimeUtc(file), RandomAccess.GetLength(file));
        }
        catch (Exception away) when (away is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
