using System.Globalization;
using System.Text;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.RateLimiting;

/// <summary>A partition as operators may see it: addresses, users and what is public of a request as they are, possible credentials as a hash.</summary>
internal static class PartitionLabel
{
    private const int LongestValue = 128;

    /// <summary>Parts in the order of the policy, joined by <c>|</c> as <see cref="PartitionText"/> reads them.</summary>
    public static string Of(RateLimitPolicy policy, RoutePolicies route, HttpContext context, PartitionSecret secret) =>
        string.Join('|', policy.PartitionBy.Select(part => Of(PartitionReader.Read(part, policy, route, context), secret)));

    /// <summary>True for what may be a credential, or says more of a person than who it is.</summary>
    public static bool IsSecret(PartitionSource source) => source
        is PartitionSource.Session or PartitionSource.Header or PartitionSource.Cookie or PartitionSource.Query or PartitionSource.SessionField;

    private static string Of(in PartitionValue value, PartitionSecret secret)
    {
        if (IsSecret(value.Source))
        {
            // Tells two of them apart, and nothing else: the hash's key stays in the gateways and their Redis.
            string hash = secret.Hash(Encoding.UTF8.GetBytes(value.Text)).ToString("x32", CultureInfo.InvariantCulture);
            return $"{value.Source}…{hash[..8]}";
        }

        return Printable(value.Text.Length <= LongestValue ? value.Text : $"{value.Text[..LongestValue]}…");
    }

    /// <summary>What clients write must not steer an operator's terminal.</summary>
    private static string Printable(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter)) : text;
}
