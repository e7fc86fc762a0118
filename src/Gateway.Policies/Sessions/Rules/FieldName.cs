using System.Buffers;

namespace Gateway.Policies.Sessions.Rules;

/// <summary>Names of header fields, cookies and the like: a token of RFC 9110 §5.6.2.</summary>
internal static class FieldName
{
    public const string Allowed = "letters, digits and !#$%&'*+-.^_`|~";

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static bool IsValid(string name) => name.Length is > 0 and <= 256 && !name.AsSpan().ContainsAnyExcept(Characters);
}
