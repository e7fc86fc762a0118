using System.Text;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>
/// The second level of the key: route, user, and the request fields that selected the response. Injective: every part is written with
/// its length.
/// </summary>
internal static class VaryKey
{
    /// <summary>Stands before the second level of a HEAD's response, which no GET finds.</summary>
    public const string HeadMark = "head\n";

    /// <summary>Stands before the second level of a partial response, which only a request for a range finds.</summary>
    public const string PartMark = "part\n";

    /// <summary>What does not depend on the response: route, user (empty: none) and the fields that are always keyed.</summary>
    public static string BaseOf(string route, string user, IHeaderDictionary request) => WithKeyed(Plain(route, user), request);

    /// <summary>The second level of a request that has none of the fields that are always keyed.</summary>
    public static string Plain(string route, string user)
    {
        var text = new StringBuilder(64);
        Append(text, "route", route);
        Append(text, "user", user);
        return text.ToString();
    }

    /// <summary><paramref name="plain"/>, and the fields that are always keyed.</summary>
    public static string WithKeyed(string plain, IHeaderDictionary request)
    {
        StringBuilder? text = null;
        foreach (string name in SteeringFields.Keyed)
        {
            if (request.TryGetValue(name, out var lines))
            {
                text ??= new StringBuilder(plain, 256);
                Append(text, name, lines.ToString());
            }
        }

        return text?.ToString() ?? plain;
    }

    /// <summary>The whole second level for a response with these Vary names.</summary>
    public static string Of(string baseText, string[] varyNames, IHeaderDictionary request)
    {
        if (varyNames.Length == 0)
        {
            return baseText;
        }

        var text = new StringBuilder(baseText, 256);
        foreach (string name in varyNames)
        {
            Append(text, name, VaryValue.Of(name, request[name]));
        }

        return text.ToString();
    }

    /// <summary>One part with its length, so that no value can look like the next part; a missing one differs from an empty one.</summary>
    public static void Append(StringBuilder text, string name, string? value) =>
        text.Append(name).Append(':').Append(value?.Length ?? -1).Append('=').Append(value).Append('\n');
}
