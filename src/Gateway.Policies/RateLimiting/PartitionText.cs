using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting;

/// <summary>
/// A partition as a person writes it: the value (<c>203.0.113.7</c>, a header's value), several joined by <c>|</c> in the order of
/// the policy's <c>PartitionBy</c>. A session is written by its hash, as <c>explain</c> and the logs have it.
/// </summary>
internal static class PartitionText
{
    /// <summary>False when the text has fewer values than the policy, or an address that is none.</summary>
    public static bool TryParse(RateLimitPolicy policy, string text, [NotNullWhen(true)] out PartitionValue[]? values)
    {
        int count = policy.PartitionBy.Count;
        string[] parts = text.Split('|', count);
        values = parts.Length == count ? new PartitionValue[count] : null;
        for (int i = 0; values is not null && i < count; i++)
        {
            if (Value(policy, policy.PartitionBy[i].Source, parts[i]) is { } value)
            {
                values[i] = new PartitionValue(policy.PartitionBy[i].Source, value);
            }
            else
            {
                values = null;
            }
        }

        return values is not null;
    }

    private static string? Value(RateLimitPolicy policy, PartitionSource source, string text) => source switch
    {
        PartitionSource.ClientIp => Address(text, policy.Ipv6Prefix),
        PartitionSource.Host or PartitionSource.Session => text.ToLowerInvariant(),
        PartitionSource.Path => PartitionReader.NormalPath(text),
        PartitionSource.Method => PartitionReader.KnownMethod(text),
        PartitionSource.Global => "*",
        _ => text,
    };

    /// <summary>An address of the network, or the network itself as it is shown.</summary>
    private static string? Address(string text, int ipv6Prefix)
    {
        string network = string.Create(CultureInfo.InvariantCulture, $"/{ipv6Prefix}");
        ReadOnlySpan<char> bare = text.EndsWith(network, StringComparison.Ordinal) ? text.AsSpan(..^network.Length) : text;
        return ClientAddress.TryParse(bare, out IPAddress address) ? PartitionReader.Address(address, ipv6Prefix) : null;
    }
}
