using System.Text;

namespace Gateway.Forwarding;

/// <summary>
/// Reads the Connection field of a request where Kestrel reads its bytes. Of a field that says <c>keep-alive</c> or <c>close</c>, Kestrel
/// keeps only that, over all its lines; what else they name would be forgotten and forwarded (RFC 9110 §7.6.1). Only a field with both
/// it leaves as it came, and closes. So <c>close</c> is read as both, and <c>keep-alive</c>, which is HTTP/1.1's default, is left
/// out beside other names. (On a line of its own it stays, for HTTP/1.0: what another line names then passes.)
/// </summary>
internal sealed class ConnectionField : Encoding
{
    /// <summary>What <c>close</c> is read as.</summary>
    public const string Close = "close,keep-alive";

    public static ConnectionField Instance { get; } = new();

    public override int GetCharCount(byte[] bytes, int index, int count) => Read(bytes.AsSpan(index, count)).Length;

    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)
    {
        string value = Read(bytes.AsSpan(byteIndex, byteCount));
        value.CopyTo(chars.AsSpan(charIndex));
        return value.Length;
    }

    public override int GetByteCount(char[] chars, int index, int count) => Latin1.GetByteCount(chars, index, count);

    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) => Latin1.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    public override int GetMaxByteCount(int charCount) => Latin1.GetMaxByteCount(charCount);

    public override int GetMaxCharCount(int byteCount) => byteCount + Close.Length;

    private static string Read(ReadOnlySpan<byte> bytes)
    {
        string value = Latin1.GetString(bytes);
        if (!value.Contains(',', StringComparison.Ordinal))
        {
            return Is(value, "close") ? Close : value;
        }

        string[] names = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        // An upgrade is Kestrel's to recognise; so is what says nothing else.
        return Array.Exists(names, static name => Is(name, "upgrade")) || Array.TrueForAll(names, static name => Is(name, "keep-alive"))
            ? value
            : string.Join(',', names.Where(static name => !Is(name, "keep-alive")).Select(static name => Is(name, "close") ? Close : name));
    }

    private static bool Is(string name, string option) => name.Equals(option, StringComparison.OrdinalIgnoreCase);
}
