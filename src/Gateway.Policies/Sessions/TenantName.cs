using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.Sessions;

/// <summary>
/// Reads a request's tenant. Its alphabet has no separator that keys are built with, so a tenant only ever names records of its own, and a
/// header in several lines (joined with commas) names none.
/// </summary>
internal static class TenantName
{
    private const int MaxLength = 253;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._");

    /// <summary>The host in lower case without its port, or the header as it is; empty when that is no tenant.</summary>
    public static string Of(HttpRequest request, TenantSource source)
    {
        string name = source.Header is { } header ? request.Headers[header].ToString() : request.Host.Host.ToLowerInvariant();
        return Accepts(name) ? name : "";
    }

    public static bool Accepts(ReadOnlySpan<char> name) => name.Length is > 0 and <= MaxLength && !name.ContainsAnyExcept(Allowed);
}
