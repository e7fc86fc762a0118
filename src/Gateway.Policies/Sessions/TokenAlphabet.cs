using System.Buffers;

namespace Gateway.Policies.Sessions;

/// <summary>
/// What a session token may consist of: the characters of RFC 9110's token68 (§11.2), which base64, base64url, hex, UUIDs and JWTs
/// keep to. No separator that keys are commonly built with (<c>:</c>), no brace (Redis Cluster hash tag), no glob character, no
/// space and no control character, so that a token only ever names a record of its own kind.
/// </summary>
internal static class TokenAlphabet
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=");

    public static bool Accepts(ReadOnlySpan<char> token, int maxLength) =>
        token.Length > 0 && token.Length <= maxLength && !token.ContainsAnyExcept(Allowed);
}
