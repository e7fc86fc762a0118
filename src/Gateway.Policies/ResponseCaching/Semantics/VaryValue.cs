using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>
/// A request field's value as Vary compares it (RFC 9111 §4.1): lines are joined, and spaces around commas do not count. For
/// Accept-Encoding and Accept-Language, whose members' case and order say nothing, they do not count either, nor does how a weight is written.
/// </summary>
internal static class VaryValue
{
    /// <summary>The normal form; null for a field the request does not have, which differs from an empty one.</summary>
    public static string? Of(string lowerCaseName, StringValues lines)
    {
        if (lines.Count == 0)
        {
            return null;
        }

        string joined = lines.Count == 1 ? lines[0] ?? "" : string.Join(',', lines.ToArray());
        return lowerCaseName switch
        {
            "accept-encoding" => Members(joined.ToLowerInvariant(), sort: true),
            "accept-language" => Members(joined.ToLowerInvariant(), sort: true),
            "authorization" or "cookie" or "user-agent" => joined,
            _ when joined.Contains('"', StringComparison.Ordinal) => joined,
            _ => Members(joined, sort: false),
        };
    }

    private static string Members(string list, bool sort)
    {
        if (!list.AsSpan().ContainsAny(",; \t"))
        {
            return list;
        }

        string[] members = list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; sort && i < members.Length; i++)
        {
            members[i] = Weighed(members[i].Replace(" ", "", StringComparison.Ordinal).Replace("\t", "", StringComparison.Ordinal));
        }

        if (sort)
        {
            Array.Sort(members, StringComparer.Ordinal);
        }

        return string.Join(',', members);
    }

    /// <summary>Weights that say the same (RFC 9110 §12.4.2): none is <c>q=1</c>, and zeros at the end of a fraction say nothing.</summary>
    private static string Weighed(string member)
    {
        int weight = member.LastIndexOf(";q=", StringComparison.Ordinal);
        if (weight < 0)
        {
            return member;
        }

        string value = member[(weight + 3)..];
        value = value.Contains('.', StringComparison.Ordinal) ? value.TrimEnd('0').TrimEnd('.') : value;
        return value == "1" ? member[..weight] : string.Concat(member.AsSpan(0, weight + 3), value);
    }
}
