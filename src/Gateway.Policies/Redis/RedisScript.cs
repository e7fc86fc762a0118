using System.Security.Cryptography;
using System.Text;

namespace Gateway.Policies.Redis;

/// <summary>A Lua script with constant text, called by its SHA-1 so that a call does not carry the text.</summary>
public sealed class RedisScript
{
    internal RedisScript(string text)
    {
        Text = text;
#pragma warning disable CA5350 // SHA-1 is the name Redis gives a script, not a protection.
        Sha1 = SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
    }

    public string Text { get; }

    public byte[] Sha1 { get; }

    /// <summary>A script from its text.</summary>
    public static RedisScript Of(string text) => new(text);

    /// <summary>Reads the script embedded in the library under its file's name, for example <c>acquire.lua</c>.</summary>
    public static RedisScript Embedded(string fileName)
    {
        using Stream stream = typeof(RedisScript).Assembly.GetManifestResourceStream(fileName)
            ?? throw new InvalidOperationException($"No script {fileName} is embedded in the library.");
        using var reader = new StreamReader(stream);
        return new RedisScript(reader.ReadToEnd());
    }
}
