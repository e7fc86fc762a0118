using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Gateway.Policies.Configuration;

namespace Gateway.Policies.Routing;

/// <summary>
/// One entry of an allow or deny list: a network, or the value of a request header. Of the value only its SHA-256 is kept, and the
/// file may hold no more than that, so that no key needs to lie in a configuration.
/// </summary>
public sealed record AccessEntry : IConfigValue<AccessEntry>
{
    /// <summary>Longest header value, in characters, that an entry may name; a longer one in a request matches nothing.</summary>
    internal const int MaxValueLength = 4096;

    private const string HeaderForm = "Header:";
    private const string HashForm = "sha256:";
    private const int MappedBits = 96;

    /// <summary>RFC 9110 §5.6.2.</summary>
    private static readonly SearchValues<char> NameLetters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private AccessEntry(IPNetwork? network, string? header, string? hash) => (Network, Header, Hash) = (network, header, hash);

    public static string Allowed =>
        "a network in CIDR notation such as \"10.0.0.0/8\", one address, \"Header:<name>=<value>\" or \"Header:<name>=sha256:<64 hex digits>\"";

    /// <summary>Holds the client's address. Null for a header.</summary>
    public IPNetwork? Network { get; }

    /// <summary>The header's name. Null for a network.</summary>
    public string? Header { get; }

    /// <summary>SHA-256 of the header's value, in lower-case hex digits.</summary>
    public string? Hash { get; }

    public static bool TryParse(string text, [MaybeNullWhen(false)] out AccessEntry value)
    {
        string trimmed = text.Trim();
        value = trimmed.StartsWith(HeaderForm, StringComparison.OrdinalIgnoreCase) ? OfHeader(trimmed[HeaderForm.Length..]) : OfNetwork(trimmed);
        return value is not null;
    }

    /// <summary>Differs wherever two entries differ, and shows no key.</summary>
    public override string ToString() => Network is { } network ? network.ToString() : $"{HeaderForm}{Header}={HashForm}{Hash}";

    /// <summary>The hash that stands for a header's value.</summary>
    internal static string HashOf(string value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)));

    private static AccessEntry? OfHeader(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1 || equals == text.Length - 1 || text.Length > MaxValueLength || text.AsSpan(0, equals).ContainsAnyExcept(NameLetters))
        {
            return null;
        }

        (string name, string value) = (text[..equals], text[(equals + 1)..]);
        return !value.StartsWith(HashForm, StringComparison.OrdinalIgnoreCase) ? new AccessEntry(null, name, HashOf(value))
            : value[HashForm.Length..] is { Length: 64 } hash && hash.All(char.IsAsciiHexDigit) ? new AccessEntry(null, name, hash.ToLowerInvariant())
            : null;
    }

    /// <summary>A network begins at its own first address: <c>10.0.0.1/8</c> is a slip, not a way to write <c>10.0.0.0/8</c>.</summary>
    private static AccessEntry? OfNetwork(string text)
    {
        string written = text.Split('/')[0];
        if (written.AsSpan().ContainsAny("[%") || !IPAddress.TryParse(written, out IPAddress? address))
        {
            return null;
        }

        // "10.1" and "010.0.0.1" are addresses to the framework, and hardly what was meant.
        bool isPlain = address.AddressFamily is AddressFamily.InterNetworkV6 || address.ToString() == written;
        string network = written.Length < text.Length ? text : $"{text}/{address.GetAddressBytes().Length * 8}";
        return isPlain && IPNetwork.TryParse(network, out IPNetwork parsed) && parsed.BaseAddress.Equals(address)
            ? new AccessEntry(Unmapped(parsed), null, null)
            : null;
    }

    /// <summary>Addresses of clients are never IPv4 mapped to IPv6, so a network that is would hold none.</summary>
    private static IPNetwork Unmapped(IPNetwork network) => network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= MappedBits
        ? new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - MappedBits)
        : network;
}
