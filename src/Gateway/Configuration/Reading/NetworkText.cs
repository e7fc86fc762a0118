using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Configuration.Reading;

/// <summary>Networks as the file writes them: CIDR, or one address for itself alone.</summary>
internal static class NetworkText
{
    public const string Allowed = "a network in CIDR notation such as \"10.0.0.0/8\" or \"fd00::/8\", or one address";

    public static object? Read(string text)
    {
        if (IPNetwork.TryParse(text, out IPNetwork network))
        {
            return network;
        }

        // "1" and "10.1" are addresses to the framework (0.0.0.1, 10.0.0.1), and hardly what was meant.
        return IPAddress.TryParse(text, out IPAddress? address) && (text.Contains(':', StringComparison.Ordinal) || text.Count(c => c == '.') == 3)
            ? new IPNetwork(address, Bits(address))
            : null;
    }

    /// <summary>For an address with bits beyond the prefix, the network it lies in: <c>10.1.2.3/8</c> gives <c>10.0.0.0/8</c>.</summary>
    public static string? Suggest(string text)
    {
        string[] parts = text.Split('/');
        if (parts.Length != 2
            || !IPAddress.TryParse(parts[0], out IPAddress? address)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int prefix)
            || prefix > Bits(address))
        {
            return null;
        }

        byte[] bytes = address.GetAddressBytes();
        for (int bit = prefix; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return $"{new IPAddress(bytes)}/{prefix}";
    }

    private static int Bits(IPAddress address) => address.AddressFamily is AddressFamily.InterNetwork ? 32 : 128;
}
