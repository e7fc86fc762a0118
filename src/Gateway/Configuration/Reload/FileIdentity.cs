using System.Security.Cryptography;

namespace Gateway.Configuration.Reload;

/// <summary>
/// Tells whether a file is still the same. Taken from the opened file, so links are followed to the end however many there are.
/// Time and length are cheap to ask for but not enough: some tools give every file the same time (reproducible builds, Nix).
/// </summary>
/// <param name="Content">SHA-256 of the content, in hex.</param>
internal sealed record FileIdentity(DateTime Written, long Length, string Content)
{
    /// <summary>The file's identity now; null while it cannot be opened.</summary>
    /// <param name="known">Its content is taken over while time and length are the same. Null: the content is read.</param>
    public static FileIdentity? Of(string path, FileIdentity? known)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            DateTime written = File.GetLastWriteTimeUtc(file.SafeFileHandle);
            return known is not null && known.Written == written && known.Length == file.Length
                ? known
                : new FileIdentity(written, file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
        }
        // A pipe has no length.
        catch (Exception away) when (away is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }
}
