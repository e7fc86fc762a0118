using System.Net;
using System.Net.Sockets;

namespace Gateway.Configuration.Reading;

/// <summary>Networks as the file writes them: CIDR, or one address for itself alone.</summary>
internal static class NetworkText
{
    public const string Allowed = "a network in CIDR notation such as \"10.0.0.0/8\" or \"fd00::/8\", or one address";

    public static object? Read(string text)
    {
        string trimmed = text.Trim();
        // "1" and "10.1" are addresses to the framework (0.0.0.1, 10.0.0.1), and hardly what was meant.
        string written = trimmed.Split('/')[0];
        if (!IPAddress.TryParse(written, out IPAddress? address) || (address.AddressFamily is AddressFamily.InterNetwork && written.Count(letter => letter == '.') != 3))
        {
            return null;
        }

        int bits = address.AddressFamily is AddressFamily.InterNetwork ? 32 : 128;
        return written.Length == trimmed.Length ? new IPNetwork(address, bits)
            : IPNetwork.TryParse(trimmed, out IPNetwork network) ? network
            : null;
    }
}
